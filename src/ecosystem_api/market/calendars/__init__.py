"""Business hours: when the vendor's people are at work, by time zone, weekday and holiday, and arithmetic with them.

Used by whoever promises an answer within business hours (reviews), by partners who want to know what that means, and
by books that name a calendar. Not here: clocks that run; they belong to what they are about.
"""
