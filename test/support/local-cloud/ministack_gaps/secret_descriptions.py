"""What DescribeSecret and ListSecrets say of a secret's rotation, and a switch that makes a secret older."""

import json
import re
import time
from datetime import datetime, timezone

from ministack.core.responses import json_response
from ministack.services import eventbridge, secretsmanager

from . import control

HOUR, DAY = 3600, 86400


def register() -> None:
    """Wraps both answers."""
    secretsmanager._describe_secret = with_rotation(secretsmanager._describe_secret)
    secretsmanager._list_secrets = with_rotation(secretsmanager._list_secrets)


def with_rotation(describe):
    """AWS gives rules, function and dates of the rotation in both answers, and no field without a value
    (RotationEnabled is absent where rotation was never configured). MiniStack lists none of it and describes no dates."""

    def answer(request: dict):
        response = describe(request)
        if response[0] >= 400:
            return response
        body = json.loads(response[2])
        entries = body["SecretList"] if "SecretList" in body else [body]
        for entry in entries:
            _, secret = secretsmanager._resolve(entry["ARN"])
            entry.update(KmsKeyId=secret.get("KmsKeyId"), **_rotation(secret))
            for name in [name for name, value in entry.items() if value is None]:
                del entry[name]
        return json_response(body)

    return answer


def _rotation(secret: dict) -> dict:
    rules, function = secret.get("RotationRules"), secret.get("RotationLambdaARN")
    if not rules and not function:
        return {"RotationEnabled": None}
    enabled = secret.get("RotationEnabled", False)
    fields = {"RotationEnabled": enabled, "RotationLambdaARN": function, "RotationRules": rules}
    if enabled and rules:
        start = _schedule_start(secret, rules)
        following = next_rotation(rules, start)
        # AWS derives the number of days where the schedule is an expression.
        days = rules.get("AutomaticallyAfterDays") or max(1, int(following // DAY - start // DAY))
        fields.update(LastRotatedDate=secret.get("LastRotatedDate"), NextRotationDate=following,
                      RotationRules={**rules, "AutomaticallyAfterDays": days})
    return fields


def _schedule_start(secret: dict, rules: dict) -> float:
    """Where the schedule counts from: the last rotation, or its configuration. With AutomaticallyAfterDays, a value put
    by hand counts as a rotation too."""
    dates = [secret.get("LastRotatedDate"), secret.get("_RotationConfiguredDate")]
    if not rules.get("ScheduleExpression"):
        dates.append(secret.get("_ValueChangedDate"))
    return max((date for date in dates if date is not None), default=secret["CreatedDate"])


def next_rotation(rules: dict, start: float) -> int:
    """The end of the next rotation window: NextRotationDate is the latest moment. A window without a Duration ends
    with the UTC day, or after an hour where the schedule counts hours."""
    expression = rules.get("ScheduleExpression") or f"rate({rules['AutomaticallyAfterDays']} days)"
    hours = int(rules["Duration"].rstrip("h")) if rules.get("Duration") else None
    rate = re.fullmatch(r"rate\((\d+) (hour|day)s?\)", expression)
    if rate and rate[2] == "hour":
        return int(start + int(rate[1]) * HOUR + (hours or 1) * HOUR)
    if rate:
        midnight = (start + int(rate[1]) * DAY) // DAY * DAY
    else:
        fire = eventbridge._cron_next_fire(eventbridge._parse_cron_fields(expression),
                                           datetime.fromtimestamp(start, timezone.utc))
        if fire is None:
            raise ValueError(f"{expression} never comes")
        if hours is None and "/" in expression.split()[1]:
            hours = 1
        midnight = fire.timestamp()
    return int(midnight + hours * HOUR if hours else midnight // DAY * DAY + DAY - 1)


@control.switch("secret-dates", "PUT")
def set_secret_dates(_method: str, query: dict, body: dict):
    """A test cannot wait until a secret is old. The schedule then counts from the stated last rotation."""
    _, secret = secretsmanager._resolve(query.get("secret"))
    if secret is None:
        return 404, {"error": f"there is no secret {query.get('secret')}"}
    versions = body.get("versionCreated", {})
    unknown = [version for version in versions if version not in secret["Versions"]]
    if unknown:
        return 404, {"error": f"there is no version {', '.join(unknown)}"}
    now = int(time.time())
    if "createdDate" in body:
        secret["CreatedDate"] = int(body["createdDate"])
    if "lastRotatedDate" in body:
        rotated = secret["LastRotatedDate"] = int(body["lastRotatedDate"])
        for date in ("_RotationConfiguredDate", "_ValueChangedDate"):
            secret[date] = min(secret.get(date) or now, rotated)
    for version, created in versions.items():
        secret["Versions"][version]["CreatedDate"] = int(created)
    return 200, {"arn": secret["ARN"]}
