"""What the states of an EventBridge rule mean for CloudTrail's events."""

import json

from ministack.services import eventbridge

ALL_MANAGEMENT_EVENTS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
# EventBridge delivers these two although their names begin with Get.
DELIVERED_READS = {"GetFederationToken", "GetSessionToken"}


def register() -> None:
    """Replaces the dispatcher of events to rules."""
    eventbridge._dispatch_event = dispatch_by_state


def dispatch_by_state(event: dict, view=None) -> None:
    """AWS keeps Get*, List* and Describe* calls of CloudTrail from a plain ENABLED rule and gives them to one in state
    ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS. MiniStack knows only ENABLED and treats the other as disabled."""
    bus = event.get("EventBusName", "default")
    passed_through = set(event.get("_DispatchPath") or [])
    view = view or eventbridge._pattern_event_view(event)
    is_read = _is_cloudtrail_read(event)
    for key, rule in list(eventbridge._rules.items()):
        state = rule.get("State", "ENABLED")
        if rule.get("EventBusName", "default") != bus or key in passed_through or not rule.get("EventPattern"):
            continue
        if state != ALL_MANAGEMENT_EVENTS and (state != "ENABLED" or is_read):
            continue
        if eventbridge._matches_pattern_view(rule["EventPattern"], view, f"rule {key}"):
            for target in list(eventbridge._targets.get(key, [])):
                eventbridge._invoke_target(target, event, rule, view)


def _is_cloudtrail_read(event: dict) -> bool:
    if event.get("DetailType") != "AWS API Call via CloudTrail":
        return False
    name = json.loads(event["Detail"]).get("eventName", "")
    return name.startswith(("Get", "List", "Describe")) and name not in DELIVERED_READS
