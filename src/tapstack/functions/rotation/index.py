"""Changes a database's password in the four steps of Secrets Manager, through the RDS API alone.

No driver and no way into the database's network is needed for that, and clusters and instances are treated alike.
"""

import json
import time

import boto3

PAUSE_SECONDS = 2
QUIET_LOOKS = 4  # RDS begins a change some seconds after it has accepted it

secrets = boto3.client("secretsmanager")
rds = boto3.client("rds")


def handler(event, context):
    secret, version, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    stages = secrets.describe_secret(SecretId=secret)["VersionIdsToStages"]
    if "AWSCURRENT" in stages.get(version, []):
        return
    if "AWSPENDING" not in stages.get(version, []):
        raise ValueError(f"Version {version} is not waiting to become the current one.")
    if step == "createSecret":
        create(secret, version)
    elif step == "setSecret":
        change(read(secret, VersionId=version, VersionStage="AWSPENDING"))
    elif step == "testSecret":
        wait_until_changed(read(secret), context)
    elif step == "finishSecret":
        current = next(one for one, labels in stages.items() if "AWSCURRENT" in labels)
        secrets.update_secret_version_stage(
            SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=version, RemoveFromVersionId=current
        )
    else:
        raise ValueError(f"There is no step {step}.")


def create(secret, version):
    """Keep a new password beside the current one; asked again, keep what is there."""
    try:
        read(secret, VersionId=version, VersionStage="AWSPENDING")
    except secrets.exceptions.ResourceNotFoundException:
        known = read(secret)
        length = len(known["password"])
        known["password"] = secrets.get_random_password(PasswordLength=length, ExcludePunctuation=True)[
            "RandomPassword"
        ]
        secrets.put_secret_value(
            SecretId=secret, ClientRequestToken=version, SecretString=json.dumps(known), VersionStages=["AWSPENDING"]
        )


def read(secret, **version):
    return json.loads(secrets.get_secret_value(SecretId=secret, **version)["SecretString"])


def change(wanted):
    password = {"MasterUserPassword": wanted["password"], "ApplyImmediately": True}
    if "dbClusterIdentifier" in wanted:
        rds.modify_db_cluster(DBClusterIdentifier=wanted["dbClusterIdentifier"], **password)
    else:
        rds.modify_db_instance(DBInstanceIdentifier=wanted["dbInstanceIdentifier"], **password)


def wait_until_changed(known, context):
    """Wait until the database has nothing left to do, for a few looks in a row."""
    quiet = 0
    while quiet < QUIET_LOOKS:
        if context.get_remaining_time_in_millis() < 3000 * PAUSE_SECONDS:
            raise TimeoutError("The database has not taken the new password in time.")
        time.sleep(PAUSE_SECONDS)
        quiet = quiet + 1 if is_settled(known) else 0


def is_settled(known):
    if "dbClusterIdentifier" in known:
        found = rds.describe_db_clusters(DBClusterIdentifier=known["dbClusterIdentifier"])["DBClusters"][0]
        status = found["Status"]
    else:
        found = rds.describe_db_instances(DBInstanceIdentifier=known["dbInstanceIdentifier"])["DBInstances"][0]
        status = found["DBInstanceStatus"]
    return status == "available" and "MasterUserPassword" not in found.get("PendingModifiedValues", {})
