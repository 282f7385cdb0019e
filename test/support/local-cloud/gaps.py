"""Runs MiniStack with the parts of AWS that it lacks and this project's tests need.

Started by local-cloud.ts with MiniStack's own variables (GATEWAY_PORT, BIND_HOST, ...) and LOCAL_CLOUD_*.
One module of ministack_gaps/ fills one gap; each says what AWS does and what MiniStack does instead.
"""

import os
import signal
import sys
import threading

from ministack import app

from ministack_gaps import (
    access,
    cloudformation_types,
    cloudtrail_lookup,
    cloudtrail_records,
    control,
    ecs_tasks,
    event_rules,
    lambda_identity,
    mailbox,
    metrics,
    rotation,
    secret_descriptions,
    secret_versions,
    stream_mapping,
)


def fill_gaps() -> None:
    """Registers every missing part. The order does not matter, but all must come before the server starts."""
    access.register()
    cloudformation_types.register()
    cloudtrail_lookup.register()
    cloudtrail_records.register()
    control.register()
    ecs_tasks.register()
    event_rules.register()
    lambda_identity.register()
    mailbox.register()
    metrics.register()
    rotation.register()
    secret_descriptions.register()
    secret_versions.register()
    stream_mapping.register()


def end_with_parent() -> None:
    """Ends the server when its parent is gone, however that died: the parent holds the other end of stdin."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    fill_gaps()
    app.main()
