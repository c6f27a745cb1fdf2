"""What one writes by hand with boto3 and some care: as many names a call as AWS takes."""

import json

import boto3

from peer import field, names, serve

parameters, secrets = names()


def load():
    ssm, secretsmanager = boto3.client("ssm"), boto3.client("secretsmanager")
    values = {}
    for some in chunks(parameters, 10):
        answer = ssm.get_parameters(Names=some, WithDecryption=True)
        values.update({field(found["Name"]): found["Value"] for found in answer["Parameters"]})
    for some in chunks(secrets, 20):
        answer = secretsmanager.batch_get_secret_value(SecretIdList=some)
        for found in answer["SecretValues"]:
            values.update(json.loads(found["SecretString"]))
    return values


def chunks(names, size):
    return [names[start : start + size] for start in range(0, len(names), size)]


serve(load)
