"""What one writes by hand with boto3: a call for each name."""

import json

import boto3

from peer import field, names, serve

parameters, secrets = names()


def load():
    ssm, secretsmanager = boto3.client("ssm"), boto3.client("secretsmanager")
    values = {}
    for name in parameters:
        answer = ssm.get_parameter(Name=name, WithDecryption=True)
        values[field(name)] = answer["Parameter"]["Value"]
    for name in secrets:
        answer = secretsmanager.get_secret_value(SecretId=name)
        values.update(json.loads(answer["SecretString"]))
    return values


serve(load)
