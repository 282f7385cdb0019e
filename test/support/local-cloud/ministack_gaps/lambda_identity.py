"""The credentials of a Lambda: a session of its own role."""

from ministack.core import lambda_runtime
from ministack.core.responses import request_scope
from ministack.services import iam, lambda_svc, sts


def register() -> None:
    """Replaces the source of a function's credentials, in both places that hold it."""
    lambda_runtime.execution_credentials = role_session
    lambda_svc.execution_credentials = role_session


def role_session(config: dict) -> dict[str, str]:
    """On AWS a function runs as a session of its execution role, named after the function, and CloudTrail shows the role
    as the session's issuer. MiniStack does that under AUTH only (before, a function is the account's root), and makes
    up the role's id."""
    account, region = lambda_runtime._account_region_from_function_config(config)
    role_name = config.get("Role", "").rsplit("/", 1)[-1]
    session_name = config.get("FunctionName", "")[:64]
    access_key, secret, token = iam._gen_session_access_key(), iam._gen_secret(), iam._gen_session_token()
    with request_scope(account, region):
        role_id = (iam._roles.get(role_name) or {}).get("RoleId", "AROAUNKNOWN")
    # No Expiration: a warm worker keeps its environment for as long as it lives.
    sts.register_session(access_key, {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{role_name}/{session_name}",
        "UserId": f"{role_id}:{session_name}",
        "SecretAccessKey": secret,
        "SessionToken": token,
        "AccountId": account,
        "PrincipalType": "AssumedRole",
    })
    return {"AWS_ACCESS_KEY_ID": access_key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}
