"""Secrets Manager's rotation: what RotateSecret, CancelRotateSecret and the schedule do."""

import json
import logging
import os
import re
import threading
import time

from ministack.core.arn import ArnParseError
from ministack.core.responses import (
    error_response_json,
    get_account_id,
    get_region,
    json_response,
    new_uuid,
    request_scope,
)
from ministack.services import eventbridge, lambda_svc, secretsmanager

from . import control
from .secret_versions import CURRENT, PENDING, holder, move_label, new_version, record_rotation_event, secret_to_change

logger = logging.getLogger("local-cloud.rotation")
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
# AWS retries a failed rotation "multiple times", at intervals that it does not tell; a test does not wait for hours.
ATTEMPTS = int(os.environ.get("LOCAL_CLOUD_ROTATION_ATTEMPTS", "2"))
SECONDS_BETWEEN = float(os.environ.get("LOCAL_CLOUD_ROTATION_RETRY_SECONDS", "3"))
# RotateSecret is answered, and recorded, before the rotation begins.
SECONDS_BEFORE = 0.1
# ARN and version of each rotation that has a thread.
_running: set[tuple[str, str]] = set()


class StepFailed(Exception):
    """The rotation function failed; the message is the one that AWS writes into RotationFailed."""


class RotationEnded(Exception):
    """Nobody wants the rotation any more: cancelled, abandoned for another version, or the secret is deleted."""


def register() -> None:
    """Replaces MiniStack's RotateSecret, which makes a copy of the value current and calls no function, and adds
    CancelRotateSecret, which it does not know."""
    secretsmanager._rotate_secret = rotate_secret
    secretsmanager.handle_request = with_cancel(secretsmanager.handle_request)


def with_cancel(handle_request):
    """MiniStack's table of actions is local to its handler."""

    async def handle(method, path, headers, body, query_params):
        if headers.get("x-amz-target", "").endswith(".CancelRotateSecret"):
            return cancel_rotate_secret(json.loads(body or b"{}"))
        return await handle_request(method, path, headers, body, query_params)

    return handle


def rotate_secret(request: dict):
    """AWS stores the configuration, labels an empty version AWSPENDING, answers, and then has the function fill the
    version and make it current. Not imitated: whether Secrets Manager may invoke the function, rotation without a function
    (managed rotation), and the schedule's clock (see rotate_due)."""
    secret, refused = secret_to_change(request)
    if refused:
        return refused
    function = request.get("RotationLambdaARN") or secret.get("RotationLambdaARN")
    rules = request.get("RotationRules")
    pending = holder(secret, PENDING)
    token = request.get("ClientRequestToken") or new_uuid()
    answer = json_response({"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": token})
    if not function:
        return error_response_json("InvalidRequestException",
                                   "No Lambda rotation function ARN is associated with this secret.", 400)
    if _function(function) is None:
        return error_response_json(
            "AccessDeniedException",
            "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants "
            "access to the principal secretsmanager.amazonaws.com.", 400)
    if problem := _problem_of(rules):
        return error_response_json("InvalidParameterException", problem, 400)
    if pending not in (None, holder(secret, CURRENT)):
        # The same token is the same request, sent again.
        return answer if pending == token else error_response_json(
            "InvalidRequestException",
            "A previous rotation isn't complete. That rotation will be reattempted.", 400)
    if token in secret["Versions"]:
        return error_response_json("ResourceExistsException",
                                   f"There is a version {token} of secret {secret['ARN']} already.", 400)
    now = int(time.time())
    secret.update(RotationEnabled=True, RotationLambdaARN=function, LastChangedDate=now)
    if rules:
        secret.update(RotationRules=rules, _RotationConfiguredDate=now)
    start = _start_rotation if request.get("RotateImmediately", True) else _start_test
    start(secret, token)
    secretsmanager._sync_replicas(secret)
    return answer


def cancel_rotate_secret(request: dict):
    """Turns rotation off. A rotation that is under way ends before its next step; its version keeps AWSPENDING."""
    secret, refused = secret_to_change(request)
    if refused:
        return refused
    secret.update(RotationEnabled=False, LastChangedDate=int(time.time()))
    answer = {"ARN": secret["ARN"], "Name": secret["Name"]}
    pending = holder(secret, PENDING)
    if pending not in (None, holder(secret, CURRENT)):
        answer["VersionId"] = pending
    secretsmanager._sync_replicas(secret)
    return json_response(answer)


@control.switch("rotate-due", "POST")
def rotate_due(_method: str, query: dict, _body: dict):
    """Lets the secret's schedule come due now: nobody calls, so that only service events are recorded. As AWS announces
    ("will be reattempted"), a rotation that failed before is tried again with its version."""
    _, secret = secretsmanager._resolve(query.get("secret"))
    if secret is None:
        return 404, {"error": f"there is no secret {query.get('secret')}"}
    if not secret.get("RotationEnabled"):
        return 409, {"error": f"rotation of {secret['Name']} is not enabled"}
    if any(arn == secret["ARN"] for arn, _ in _running):
        return 409, {"error": f"{secret['Name']} is being rotated"}
    pending = holder(secret, PENDING)
    token = new_uuid() if pending in (None, holder(secret, CURRENT)) else pending
    _start_rotation(secret, token)
    return 202, {"arn": secret["ARN"], "versionId": token}


def _problem_of(rules: dict | None) -> str | None:
    if rules is None:
        return None
    days, expression = rules.get("AutomaticallyAfterDays"), rules.get("ScheduleExpression")
    duration = rules.get("Duration")
    if (days is None) == (expression is None):
        return "You must specify either AutomaticallyAfterDays or ScheduleExpression, not both."
    if days is not None and not 1 <= days <= 1000:
        return "AutomaticallyAfterDays must be between 1 and 1000."
    if duration is not None and not re.fullmatch(r"[0-9]{1,2}h", duration):
        return "Duration must be a number of hours, such as 3h."
    if expression is None:
        return None
    rate = re.fullmatch(r"rate\((\d+) (hour|day)s?\)", expression)
    if rate and int(rate[1]) >= (4 if rate[2] == "hour" else 1):
        return None
    return None if not rate and eventbridge._parse_cron_fields(expression) else "The ScheduleExpression is not valid."


def _function(arn: str) -> dict | None:
    """The function that an ARN, perhaps with a version or alias, names."""
    try:
        account, region = lambda_svc._lambda_function_account_region_from_arn(arn)
    except ArnParseError:
        account, region = get_account_id(), get_region()
    name, qualifier = lambda_svc._resolve_name_and_qualifier(arn)
    with request_scope(account, region):
        return lambda_svc._get_func_record_for_qualifier(name, qualifier)[0]


def _start_rotation(secret: dict, token: str) -> None:
    if token not in secret["Versions"]:
        secret["Versions"][token] = new_version()
    move_label(secret, PENDING, token)
    _in_background(_rotate, secret["ARN"], token)


def _start_test(secret: dict, token: str) -> None:
    """The version of the test has the current value: the function's testSecret step reads one."""
    _, current = secretsmanager._find_stage_version(secret, CURRENT)
    secret["Versions"][token] = new_version(current)
    move_label(secret, PENDING, token)
    _in_background(_test, secret["ARN"], token)


def _in_background(work, arn: str, token: str) -> None:
    account, region = get_account_id(), get_region()

    def run() -> None:
        time.sleep(SECONDS_BEFORE)
        with request_scope(account, region):
            try:
                work(arn, token)
            except RotationEnded:
                logger.info("the rotation of %s ended before its end", arn)
            except Exception:
                logger.exception("%s was not rotated", arn)
            finally:
                _running.discard((arn, token))

    _running.add((arn, token))
    threading.Thread(target=run, name="local-cloud-rotation", daemon=True).start()


def _rotate(arn: str, token: str) -> None:
    """The four steps, all of them again where one fails, and the service's own events about it."""
    record_rotation_event(_secret(arn), "RotationStarted", token)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            rotation_token = new_uuid()
            for step in STEPS:
                _run_step(_wanted(arn, token), token, step, rotation_token)
            break
        except StepFailed as failure:
            if attempt == ATTEMPTS:
                record_rotation_event(_wanted(arn, token), "RotationFailed", token, str(failure))
                return
            time.sleep(SECONDS_BETWEEN)
    secret = _secret(arn)
    secret["LastRotatedDate"] = secret["LastChangedDate"] = int(time.time())
    secretsmanager._sync_replicas(secret)
    record_rotation_event(secret, "RotationSucceeded", token)


def _test(arn: str, token: str) -> None:
    """RotateImmediately=false: only testSecret runs, and the version that it tested is gone afterwards."""
    record_rotation_event(_secret(arn), "TestRotationStarted", token)
    name, message = "TestRotationSucceeded", ""
    try:
        _run_step(_secret(arn), token, "testSecret", new_uuid())
    except StepFailed as failure:
        name, message = "TestRotationFailed", str(failure)
    secret = _secret(arn)
    secret["Versions"].pop(token, None)
    record_rotation_event(secret, name, token, message)


def _run_step(secret: dict, token: str, step: str, rotation_token: str) -> None:
    event = {"Step": step, "SecretId": secret["ARN"], "ClientRequestToken": token, "RotationToken": rotation_token}
    function = _function(secret["RotationLambdaARN"])
    result = lambda_svc._execute_function(function, event) if function else {"error": True, "body": "no such function"}
    failed = result.get("error") or result.get("throttle")
    # A function that returns without having made its version current has not rotated anything.
    if failed or (step == "finishSecret" and holder(_secret(secret["ARN"]), CURRENT) != token):
        logger.warning("%s of %s failed: %s", step, secret["ARN"], result.get("body") if failed else "not current")
        raise StepFailed(f"Error when executing lambda {secret['RotationLambdaARN']} during {step} step")


def _secret(arn: str) -> dict:
    _, secret = secretsmanager._resolve(arn)
    if secret is None or secret.get("DeletedDate"):
        raise RotationEnded
    return secret


def _wanted(arn: str, token: str) -> dict:
    """The secret, as long as its version still is to become the current one."""
    secret = _secret(arn)
    if not secret.get("RotationEnabled") or token not in (holder(secret, PENDING), holder(secret, CURRENT)):
        raise RotationEnded
    return secret
