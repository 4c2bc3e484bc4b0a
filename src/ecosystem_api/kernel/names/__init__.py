"""Names of companies: two spellings of one company become one key, whether it is a customer or a partner."""

from ecosystem_api.kernel.names.normal import compact_name, normal_name, words_of

__all__ = ["compact_name", "normal_name", "words_of"]
