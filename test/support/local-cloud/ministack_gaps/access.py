"""Who may do what, and from where: the administrator, the switch for IAM, the stated source address."""

import ipaddress
import json
import os
import time

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudtrail, iam

from . import control

DEFAULT_TRAIL = "management-events"


def register() -> None:
    """Wraps the server's entry and makes what an account has from its first day."""
    app.app = believe_stated_address(app.app)
    treat_transport_as_secure()
    make_administrator()
    make_default_trail()


@control.switch("enforce-iam", "PUT", "DELETE")
def enforce_iam(method: str, _query: dict, _body: dict):
    """MiniStack enforces IAM from its start or never (AUTH), and with AUTH on, CDK cannot publish its assets. A PUT
    turns it on in the running server, a DELETE off."""
    app.AUTH = method == "PUT"
    return 200, {"enforced": app.AUTH}


def believe_stated_address(server):
    """Every local call comes from 127.0.0.1. A scenario states where it comes from in X-Forwarded-For, and that address
    then counts for CloudTrail's records and for aws:SourceIp. AWS itself believes no such header."""

    async def serve(scope, receive, send):
        if scope["type"] == "http":
            stated = dict(scope.get("headers", [])).get(b"x-forwarded-for", b"").decode("latin-1").split(",")[0].strip()
            if _is_address(stated):
                scope = {**scope, "client": (stated, 0)}
        await server(scope, receive, send)

    return serve


def treat_transport_as_secure() -> None:
    """AWS is called over TLS, the local cloud over plain HTTP on the loopback device. Policies that refuse what is not
    TLS (aws:SecureTransport), which every queue and topic should have, would refuse every call."""
    resolve = iam_evaluator._resolve_condition_key

    def resolve_as_over_tls(key, context):
        return "true" if key.lower() == "aws:securetransport" else resolve(key, context)

    iam_evaluator._resolve_condition_key = resolve_as_over_tls


def make_administrator() -> None:
    """An IAM user with every right, whose key local-cloud.ts chose: the account's root, MiniStack's only caller, would
    be an alarm in itself."""
    user = "local-cloud-admin"
    key = os.environ["LOCAL_CLOUD_ADMIN_ACCESS_KEY_ID"]
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam._create_user({"UserName": [user]})
    iam._put_user_policy({"UserName": [user], "PolicyName": ["everything"],
                          "PolicyDocument": [json.dumps(everything)]})
    iam._access_keys[key] = {"UserName": user, "AccessKeyId": key, "Status": "Active", "CreateDate": iam._now(),
                             "SecretAccessKey": os.environ["LOCAL_CLOUD_ADMIN_SECRET_ACCESS_KEY"]}


def make_default_trail() -> None:
    """The organization's trail over all Regions that a managed account has: without a logging trail, CloudTrail gives
    EventBridge nothing. Stop or delete it to see just that."""
    cloudtrail._create_trail({"Name": DEFAULT_TRAIL, "S3BucketName": f"trail-{get_account_id()}-{get_region()}",
                              "IsMultiRegionTrail": True, "IsOrganizationTrail": True,
                              "EnableLogFileValidation": True})
    cloudtrail._trails[DEFAULT_TRAIL].update(IsLogging=True, _StartedAt=int(time.time()))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
