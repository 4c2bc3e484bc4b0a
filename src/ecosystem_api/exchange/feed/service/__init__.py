"""Use cases of the feed and of deliveries, by verb: read news, follow them, look after deliveries."""

from ecosystem_api.exchange.feed.service.deliveries import list_deliveries, retry_delivery
from ecosystem_api.exchange.feed.service.read import get_event, read_feed
from ecosystem_api.exchange.feed.service.stream import Wanted, next_growth, stream_feed

__all__ = ["Wanted", "get_event", "list_deliveries", "next_growth", "read_feed", "retry_delivery", "stream_feed"]
