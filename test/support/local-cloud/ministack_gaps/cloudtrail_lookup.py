"""LookupEvents as AWS answers it."""

import base64
import hashlib
import json

from ministack.services import cloudtrail

ATTRIBUTES = {"EventId", "EventName", "ReadOnly", "Username", "ResourceType", "ResourceName", "EventSource",
              "AccessKeyId"}


def register() -> None:
    """Replaces the handler of LookupEvents."""
    cloudtrail._DISPATCH["LookupEvents"] = look_up_events


def look_up_events(request: dict):
    """AWS gives the events of one Region newest first, at most 50 a page, with a NextToken that is good for the same
    parameters only, and takes one lookup attribute. MiniStack has no NextToken: the rest of a long answer is lost.
    The quota of two requests a second is not imitated."""
    limit = request.get("MaxResults", 50)
    attributes = request.get("LookupAttributes") or []
    start, end = request.get("StartTime"), request.get("EndTime")
    if not isinstance(limit, int) or not 1 <= limit <= 50:
        return cloudtrail._err("InvalidMaxResultsException", "A value between 1 and 50 must be specified.")
    if len(attributes) > 1 or any(a.get("AttributeKey") not in ATTRIBUTES for a in attributes):
        return cloudtrail._err("InvalidLookupAttributesException",
                               "You can specify only one lookup attribute, with a valid key.")
    if start is not None and end is not None and float(start) > float(end):
        return cloudtrail._err("InvalidTimeRangeException", "The start time must not be after the end time.")
    query = hashlib.sha256(json.dumps([limit, attributes, start, end], sort_keys=True).encode()).hexdigest()[:16]
    below = float("inf")
    if request.get("NextToken"):
        below = _position(request["NextToken"], query)
        if below is None:
            return cloudtrail._err("InvalidNextTokenException",
                                   "The token is invalid, or its parameters differ from those of the first request.")
    matching = (event for event in reversed(list(cloudtrail._get_event_queue()))
                if event["Sequence"] < below and _in_range(event, start, end) and _has(event, attributes))
    page = [event for _, event in zip(range(limit + 1), matching)]
    answer = {"Events": [{k: v for k, v in event.items() if k != "Sequence"} for event in page[:limit]]}
    if len(page) > limit:
        token = json.dumps({"below": page[limit - 1]["Sequence"], "query": query})
        answer["NextToken"] = base64.urlsafe_b64encode(token.encode()).decode()
    return cloudtrail._ok(answer)


def _position(token: str, query: str) -> int | None:
    try:
        content = json.loads(base64.urlsafe_b64decode(token))
        return content["below"] if content["query"] == query else None
    except (ValueError, KeyError, TypeError):
        return None


def _in_range(event: dict, start, end) -> bool:
    return (start is None or event["EventTime"] >= float(start)) and (end is None or event["EventTime"] <= float(end))


def _has(event: dict, attributes: list) -> bool:
    if not attributes:
        return True
    key, wanted = attributes[0]["AttributeKey"], attributes[0]["AttributeValue"]
    if key in ("ResourceName", "ResourceType"):
        return any(resource.get(key) == wanted for resource in event["Resources"])
    return event.get(key) == wanted
