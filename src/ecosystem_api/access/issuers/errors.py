"""Refusals of trusted issuers and of what they sign."""

from typing import Any

from ecosystem_api.kernel.oauth import OAuthProblem
from ecosystem_api.kernel.problem import Forbidden, InvalidRequest


class IssuerAddressRefused(InvalidRequest):
    """The address of the identity provider cannot be called from here.

    Name the issuer exactly as its tokens do, a public https address.
    """

    code = "issuer_address_refused"
    title = "Issuer address refused"


class MappingRefused(InvalidRequest):
    """The rules cannot all be followed: a role and its partner disagree, or somebody could not be placed."""

    code = "mapping_refused"
    title = "Mapping refused"


class IssuerBeyondReach(Forbidden):
    """Whoever decides which identities are trusted can become any of them, so must hold what all of them may do.

    `permissions` names what is lacking.
    """

    code = "issuer_beyond_reach"
    title = "Issuer beyond reach"


class SubjectTokenRefused(OAuthProblem):
    """The token about the person is not one that this issuer may send now; `reason` says why.

    Have the person sign in again; if `reason` stays the same, an admin corrects the trusted issuer.
    """

    code = "subject_token_refused"
    title = "Subject token refused"

    def __init__(self, reason: str, sentence: str, **kwargs: Any) -> None:
        super().__init__(f"The subject token was refused: {reason}. {sentence}", reason=reason, **kwargs)


class IssuerUnknown(OAuthProblem):
    """No active trusted issuer has this client_id."""

    status = 401
    code = "issuer_unknown"
    title = "Issuer unknown"
    error = "invalid_client"


class IssuerUnavailable(OAuthProblem):
    """The identity provider's keys cannot be fetched at the moment, so nobody's token can be checked."""

    status = 503
    code = "issuer_unavailable"
    title = "Issuer unavailable"
    error = "temporarily_unavailable"
    retryable = True
