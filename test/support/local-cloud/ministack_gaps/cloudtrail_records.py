"""CloudTrail's management events: each call's record, its place in the event history, its way to the event bus."""

import contextvars
import itertools
import json
import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import unquote

from ministack import app
from ministack.core import iam_actions
from ministack.core.responses import get_account_id, get_region, get_request_client_ip, new_uuid, request_scope
from ministack.core.router import detect_service, extract_access_key_id, extract_region
from ministack.services import cloudtrail, eventbridge

from . import caller

logger = logging.getLogger("local-cloud.cloudtrail")

# AWS logs these as data events, which a trail does not hold unless it is told to.
DATA_EVENTS = {
    "dynamodb": {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem",
                 "TransactGetItems", "TransactWriteItems", "GetRecords", "GetShardIterator"},
    "lambda": {"InvokeFunction"},
    "sqs": {"SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch",
            "ChangeMessageVisibility", "ChangeMessageVisibilityBatch"},
    "sns": {"Publish", "PublishBatch"},
    "events": {"PutEvents"},
    "logs": {"PutLogEvents", "GetLogEvents", "FilterLogEvents"},
    "monitoring": {"PutMetricData", "GetMetricData", "GetMetricStatistics"},
}
# Lambda's records carry the API version in the name.
LAMBDA_EVENT_NAMES = {
    "CreateFunction": "CreateFunction20150331", "DeleteFunction": "DeleteFunction20150331",
    "UpdateFunctionCode": "UpdateFunctionCode20150331v2",
    "UpdateFunctionConfiguration": "UpdateFunctionConfiguration20150331v2",
    "CreateEventSourceMapping": "CreateEventSourceMapping20150331",
    "DeleteEventSourceMapping": "DeleteEventSourceMapping20150331",
    "UpdateEventSourceMapping": "UpdateEventSourceMapping20150331",
    "AddPermission": "AddPermission20150331v2", "RemovePermission": "RemovePermission20150331v2",
}
READ_ONLY = re.compile(r"(Get|List|Describe|Head|Lookup|BatchGet|Validate|Simulate|Search|Query|Test|AssumeRole)")
# Never in a record, at any depth. AWS drops or hides these too; the session token it does log, this project does not.
SECRET_FIELDS = {"secretstring", "secretbinary", "rotationtoken", "secretaccesskey", "sessiontoken", "password",
                 "plaintext", "ciphertextblob", "environment", "zipfile", "templatebody", "randompassword"}
# Which fields of a Secrets Manager answer a record keeps (samples in the AWS documentation and public captures).
SECRETS_MANAGER_RESPONSE = {"CreateSecret": {"arn"}, "PutSecretValue": {"arn"},
                            "DeleteSecret": {"arn", "name", "deletionDate"},
                            "RotateSecret": {"arn", "name", "versionId"},
                            "ReplicateSecretToRegions": {"arn", "replicationStatus"}}
DETAIL_TYPES = {"AwsApiCall": "AWS API Call via CloudTrail", "AwsServiceEvent": "AWS Service Event via CloudTrail"}
# EventBridge takes no larger event.
LARGEST_BUS_EVENT = 256 * 1024


@dataclass
class Call:
    """One request on its way through MiniStack's dispatcher."""

    service: str
    name: str
    region: str
    parameters: dict
    headers: dict
    access_key: str
    request_id: str
    denied: str | None = None


_current_call: contextvars.ContextVar[Call | None] = contextvars.ContextVar("local_cloud_call", default=None)
_sequence = itertools.count(1)
# One thread keeps the order of the calls, and a slow rule target does not hold up the answer to the caller.
_delivery = ThreadPoolExecutor(max_workers=1, thread_name_prefix="cloudtrail-delivery")


def register() -> None:
    """Replaces MiniStack's recorder, which runs before the outcome is known and skips CloudTrail's own API."""
    app._maybe_record_cloudtrail = lambda *_: None
    app._dispatch_service_request = record_after_response(app._dispatch_service_request)
    iam_actions.access_denied_response = name_the_resource(iam_actions.access_denied_response)


def record_after_response(dispatch):
    """AWS writes a record once the outcome is known, for denied and failed calls too. MiniStack's record says
    nothing of the outcome, a denied call has none, and neither has any call of CloudTrail's API."""

    async def dispatch_and_record(method, path, headers, body, query_params, request_id):
        call = _describe(method, path, headers, body, query_params, request_id)
        heard_before = call is not None and call.service == "cloudtrail" and _trail_hears(
            call.service, call.region, READ_ONLY.match(call.name) is not None)
        token = _current_call.set(call)
        try:
            response = await dispatch(method, path, headers, body, query_params, request_id)
        finally:
            _current_call.reset(token)
        if call is not None:
            try:
                _record_outcome(call, response, heard_before)
            except Exception:
                logger.exception("no CloudTrail record for %s:%s", call.service, call.name)
        return response

    return dispatch_and_record


def name_the_resource(answer):
    """AWS names the resource in a denial, for Secrets Manager just as the caller wrote it. MiniStack leaves it out,
    and the resource is all that tells which secret a denied caller wanted."""

    def access_denied(service, action, principal_arn, request_id, **options):
        call = _current_call.get()
        authenticated = not options.get("error_code")
        if service == "secretsmanager" and authenticated and not options.get("resource_policy_arn"):
            wanted = (call.parameters if call else {}).get("SecretId")
            reason = ("with an explicit deny in an identity-based policy" if options.get("explicit_deny")
                      else f"because no identity-based policy allows the {action} action")
            on_resource = f" on resource: {wanted}" if isinstance(wanted, str) else ""
            options["message"] = f"User: {principal_arn} is not authorized to perform: {action}{on_resource} {reason}"
        response = answer(service, action, principal_arn, request_id, **options)
        if call is not None and authenticated:
            call.denied = _error(response)[1]
        return response

    return access_denied


def _describe(method, path, headers, body, query_params, request_id) -> Call | None:
    """The call as CloudTrail would name it; None for a data event or a request that is no AWS API call."""
    if path.startswith("/_"):
        return None
    routing = app._routing_params(method, path, headers, body, query_params)
    service = detect_service(method, path, headers, routing)
    action = iam_actions.extract_iam_action(service, method, path, headers, body, routing)
    if action is None:
        return None
    name = action.partition(":")[2]
    if name in DATA_EVENTS.get(service, ()) or (service == "s3" and len([p for p in path.split("/") if p]) > 1):
        return None
    if service == "lambda":
        name = LAMBDA_EVENT_NAMES.get(name, name)
    # IAM is global: its events are in us-east-1 alone.
    region = "us-east-1" if service == "iam" else extract_region(headers)
    return Call(service, name, region, _parameters(path, headers, body, routing), headers,
                extract_access_key_id(headers, query_params), request_id)


def _parameters(path: str, headers: dict, body: bytes, routing: dict) -> dict:
    """The request's parameters with their API names, from a JSON or a form body, and a function's name from its path."""
    if "json" in headers.get("content-type", "") and body:
        try:
            parsed = json.loads(body)
        except ValueError:
            return {}
        parameters = parsed if isinstance(parsed, dict) else {}
    else:
        parameters = _nested({key: value[0] for key, value in routing.items() if value})
    function = re.search(r"/functions/([^/]+)", path)
    return {"FunctionName": unquote(function[1]), **parameters} if function else parameters


def _nested(form: dict) -> dict:
    """`Tags.member.1.Key=a` of the query protocol as {"Tags": [{"Key": "a"}]}."""
    tree: dict = {}
    for key, value in form.items():
        if key in ("Action", "Version"):
            continue
        *parents, leaf = [part for part in key.split(".") if part not in ("member", "entry")]
        node = tree
        for parent in parents:
            following = node.setdefault(parent, {})
            node = following if isinstance(following, dict) else {}
        node[leaf] = value
    return _lists(tree)


def _lists(node):
    if not isinstance(node, dict):
        return node
    children = {key: _lists(value) for key, value in node.items()}
    return list(children.values()) if children and all(key.isdigit() for key in children) else children


def _record_outcome(call: Call, response, heard_before: bool) -> None:
    status = response[0]
    code, message = _error(response) if status >= 400 else (None, None)
    refused = code is not None and call.denied is not None
    if refused:
        code, message = "AccessDenied", call.denied
    elif code in UNAUTHENTICATED:
        return
    record = _record(call)
    if code:
        record.update(errorCode=code, errorMessage=message)
        # AWS gives no parameters of a call that it refused.
        record["requestParameters"] = None if refused else record["requestParameters"]
    elif not record["readOnly"]:
        record["responseElements"] = _response_elements(call, response)
    _keep(record, call.service, heard_before)
    if call.name == "BatchGetSecretValue" and not code:
        for value in json.loads(response[2]).get("SecretValues", []):
            # The service model says that a batch logs one GetSecretValue for each secret that it returned.
            _keep({**record, "eventID": new_uuid(), "eventName": "GetSecretValue",
                   "requestParameters": {"secretId": value["ARN"]}}, call.service, heard_before)


# CloudTrail does not log a caller whom AWS could not authenticate.
UNAUTHENTICATED = {"UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException",
                   "SignatureDoesNotMatch", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
                   "ExpiredTokenException", "ExpiredToken", "InvalidToken", "IncompleteSignature"}


def _error(response) -> tuple[str, str]:
    """Code and message of an error answer in AWS's JSON or XML form."""
    text = response[2].decode("utf-8", "replace") if isinstance(response[2], bytes) else ""
    try:
        body = json.loads(text)
        return body.get("__type", "").rpartition("#")[2], body.get("message") or body.get("Message") or ""
    except ValueError:
        code, message = (re.search(f"<{tag}>(.*?)</{tag}>", text, re.S) for tag in ("Code", "Message"))
        return code[1] if code else f"{response[0]}", message[1] if message else ""


def _record(call: Call) -> dict:
    """AWS's record of a call (version 1.11). MiniStack's has API casing (SecretId), version 1.08, a `readOnly`
    that is a string, the source 127.0.0.1, and neither eventCategory nor managementEvent."""
    record = {
        "eventVersion": "1.11",
        "userIdentity": caller.user_identity(call.access_key),
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "eventSource": f"{call.service}.amazonaws.com",
        "eventName": call.name,
        "awsRegion": call.region,
        "sourceIPAddress": get_request_client_ip(),
        "userAgent": call.headers.get("user-agent", ""),
        "requestParameters": _as_recorded(call.parameters) or None,
        "responseElements": None,
        "requestID": call.request_id,
        "eventID": new_uuid(),
        "readOnly": READ_ONLY.match(call.name) is not None,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": get_account_id(),
        "eventCategory": "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
                       "clientProvidedHostHeader": f"{call.service}.{call.region}.amazonaws.com"},
    }
    endpoint = call.headers.get("x-local-cloud-vpc-endpoint")
    if endpoint:
        record.update(vpcEndpointId=endpoint, vpcEndpointAccountId=get_account_id())
    return record


def _as_recorded(value, name: str = ""):
    """Parameters in CloudTrail's casing and date format, without anything secret."""
    if isinstance(value, dict):
        return {_key(key): _as_recorded(child, key) for key, child in value.items()
                if key.lower() not in SECRET_FIELDS}
    if isinstance(value, list):
        return [_as_recorded(child) for child in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and re.search(r"(Time|Date)$", name):
        moment = time.gmtime(value)
        clock = time.strftime("%I:%M:%S %p", moment).lstrip("0")
        return f"{time.strftime('%b', moment)} {moment.tm_mday}, {moment.tm_year}, {clock}"
    return value


def _key(name: str) -> str:
    return name.lower() if name.isupper() else name[:1].lower() + name[1:]


def _response_elements(call: Call, response) -> dict | None:
    """The answer to a changing call. Answers of the XML protocols (IAM, STS, SNS) are left null: nothing reads them."""
    try:
        elements = _as_recorded(json.loads(response[2])) if isinstance(response[2], bytes) else None
    except ValueError:
        return None
    if not isinstance(elements, dict) or not elements:
        return None
    if call.service != "secretsmanager":
        return elements
    kept = SECRETS_MANAGER_RESPONSE.get(call.name, {"arn", "name"})
    return {key: value for key, value in elements.items() if key in kept} or None


def record_service_event(service: str, name: str, additional: dict, request_id: str, message: str = "") -> None:
    """What a service does by itself in the current account and Region. AWS writes an event that is nobody's call (no
    `type` and no `arn` of a caller, an `errorMessage` without `errorCode`); MiniStack writes none."""
    host = f"{service}.amazonaws.com"
    _keep({
        "eventVersion": "1.11",
        "userIdentity": {"accountId": get_account_id(), "invokedBy": host},
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "eventSource": host,
        "eventName": name,
        "awsRegion": get_region(),
        "sourceIPAddress": host,
        "userAgent": host,
        **({"errorMessage": message} if message else {}),
        "requestParameters": None,
        "responseElements": None,
        "additionalEventData": additional,
        "requestID": request_id,
        "eventID": new_uuid(),
        "readOnly": False,
        "eventType": "AwsServiceEvent",
        "managementEvent": True,
        "recipientAccountId": get_account_id(),
        "eventCategory": "Management",
    }, service)


def _keep(record: dict, service: str, heard_before: bool = False) -> None:
    """Puts the record in the event history, and on the bus where a trail hears it."""
    identity, region = record["userIdentity"], record["awsRegion"]
    secret = (record["requestParameters"] or {}).get("secretId") if service == "secretsmanager" else None
    entry = {
        "EventId": record["eventID"],
        "EventName": record["eventName"],
        "ReadOnly": "true" if record["readOnly"] else "false",
        "AccessKeyId": identity.get("accessKeyId", ""),
        "EventTime": int(time.time()),
        "EventSource": record["eventSource"],
        "Resources": [{"ResourceType": "AWS::SecretsManager::Secret", "ResourceName": secret}] if secret else [],
        "CloudTrailEvent": json.dumps(record),
        "Sequence": next(_sequence),
    }
    if "type" in identity:
        entry["Username"] = caller.username(identity)
    with request_scope(get_account_id(), region):
        cloudtrail._get_event_queue().append(entry)
        # The call that silences a trail is itself still heard.
        if heard_before or _trail_hears(service, region, record["readOnly"]):
            _delivery.submit(_put_on_bus, record, service, get_account_id())


def _trail_hears(service: str, region: str, read_only: bool) -> bool:
    """EventBridge gets CloudTrail's events only where a trail is logging and selects such management events."""
    with request_scope(get_account_id(), region):
        trails = [(trail["TrailARN"].split(":")[4], home, name, trail)
                  for home, name, trail in cloudtrail._visible_trail_items()]
    trails += [(account, home, name, trail) for (account, home, name), trail in cloudtrail._trails.all_items()
               if trail.get("IsOrganizationTrail") and (trail.get("IsMultiRegionTrail") or home == region)]
    return any(trail.get("IsLogging") and any(
        _selects(selector, read_only, service)
        for selector in cloudtrail._event_selectors.get_scoped(
            account, home, name, cloudtrail._DEFAULT_EVENT_SELECTORS))
        for account, home, name, trail in trails)


def _selects(selector: dict, read_only: bool, service: str) -> bool:
    source = f"{service}.amazonaws.com"
    if "FieldSelectors" not in selector:
        return (selector.get("IncludeManagementEvents", True)
                and selector.get("ReadWriteType", "All") in ("All", "ReadOnly" if read_only else "WriteOnly")
                and source not in selector.get("ExcludeManagementEventSources", []))
    actual = {"eventCategory": "Management", "readOnly": "true" if read_only else "false", "eventSource": source}
    return all((not field.get("Equals") or actual.get(field["Field"]) in field["Equals"])
               and actual.get(field["Field"]) not in field.get("NotEquals", [])
               for field in selector["FieldSelectors"])


def _put_on_bus(record: dict, service: str, account: str) -> None:
    """AWS puts each record on the default bus, under a detail-type that says whether it is a call or the service's own
    doing; MiniStack never does."""
    detail = json.dumps(record)
    if len(detail.encode()) > LARGEST_BUS_EVENT:
        return
    event = {"EventId": new_uuid(), "Source": f"aws.{service}", "DetailType": DETAIL_TYPES[record["eventType"]],
             "Detail": detail, "EventBusName": "default", "Time": record["eventTime"], "Account": account,
             "Region": record["awsRegion"], "Resources": []}
    try:
        with request_scope(account, record["awsRegion"]):
            eventbridge._ensure_default_bus()
            eventbridge._archive_event(event)
            eventbridge._dispatch_event(event)
    except Exception:
        logger.exception("CloudTrail event %s not delivered", record["eventID"])
