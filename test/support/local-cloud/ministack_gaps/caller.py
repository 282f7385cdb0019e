"""Who makes the request: the `userIdentity` that CloudTrail would record for an access key."""

import re
import time

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import iam


def user_identity(access_key: str) -> dict:
    """AWS records the caller's true kind: Root, IAMUser, AssumedRole with its issuer, or FederatedUser.
    MiniStack records every caller as an IAM user named after the access key."""
    known = iam_evaluator.resolve_caller_identity(access_key)
    account = (known or {}).get("accountId") or get_account_id()
    arn = (known or {}).get("userArn") or f"arn:aws:iam::{account}:root"
    session = (known or {}).get("session")
    if ":assumed-role/" in arn:
        return _assumed_role(account, arn, access_key, known["userId"], session)
    if ":federated-user/" in arn:
        return _federated_user(account, arn, access_key, known["userId"], session)
    if ":user/" in arn:
        identity = {"type": "IAMUser", "principalId": known["userId"], "arn": arn, "accountId": account,
                    "accessKeyId": access_key, "userName": arn.rsplit("/", 1)[-1]}
        return {**identity, "sessionContext": {"attributes": _attributes(session)}} if session else identity
    root = {"type": "Root", "principalId": account, "arn": f"arn:aws:iam::{account}:root", "accountId": account}
    # MiniStack takes the account id or "test" as the root's key; AWS would never write such a key.
    return {**root, "accessKeyId": access_key} if re.fullmatch(r"A[KS]IA\w{12,}", access_key or "") else root


def username(identity: dict) -> str:
    """The Username of LookupEvents: the user, the role session's name, or `root`."""
    if identity["type"] == "Root":
        return "root"
    return identity.get("userName") or identity["arn"].rsplit("/", 1)[-1]


def _assumed_role(account: str, arn: str, access_key: str, principal_id: str, session: dict) -> dict:
    role_name = arn.split("/")[1]
    role = iam._roles.get_scoped(account, None, role_name) or {}
    issuer = {"type": "Role", "principalId": principal_id.split(":")[0],
              "arn": role.get("Arn") or f"arn:aws:iam::{account}:role/{role_name}",
              "accountId": account, "userName": role_name}
    return {"type": "AssumedRole", "principalId": principal_id, "arn": arn, "accountId": account,
            "accessKeyId": access_key,
            "sessionContext": {"sessionIssuer": issuer, "webIdFederationData": {}, "attributes": _attributes(session)}}


def _federated_user(account: str, arn: str, access_key: str, principal_id: str, session: dict) -> dict:
    creator = (session or {}).get("SourcePrincipalArn") or f"arn:aws:iam::{account}:root"
    issuer = {"type": "IAMUser" if ":user/" in creator else "Root", "principalId": account, "arn": creator,
              "accountId": account, "userName": creator.rsplit("/", 1)[-1]}
    return {"type": "FederatedUser", "principalId": principal_id, "arn": arn, "accountId": account,
            "accessKeyId": access_key,
            "sessionContext": {"sessionIssuer": issuer, "attributes": _attributes(session)}}


def _attributes(session: dict | None) -> dict:
    issued = (session or {}).get("IssuedAt") or time.time()
    return {"creationDate": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(issued)), "mfaAuthenticated": "false"}


