"""Runs calls with boto3 for clients.ts: one JSON request per line on stdin, one JSON answer per line on stdout."""

import json
import re
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

clients = {}


def client_for(service, caller):
    credentials = caller["credentials"]
    key = (service, credentials["accessKeyId"])
    if key not in clients:
        clients[key] = boto3.client(
            service,
            endpoint_url=caller["endpoint"],
            region_name=caller["region"],
            aws_access_key_id=credentials["accessKeyId"],
            aws_secret_access_key=credentials["secretAccessKey"],
            aws_session_token=credentials.get("sessionToken"),
            config=Config(retries={"max_attempts": 1}),
        )
    return clients[key]


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def answer(request):
    client = client_for(request["service"], request["caller"])
    try:
        if "waiter" in request:
            waiter = client.get_waiter(snake(request["waiter"]))
            waiter.wait(**request["input"], WaiterConfig={"Delay": 1, "MaxAttempts": 60})
            return {"answer": {}}
        if "pages" in request:
            paginator = client.get_paginator(snake(request["pages"]))
            pages = paginator.paginate(**request["input"], PaginationConfig={"PageSize": request["pageSize"]})
            ids = [item[request["id"]] for page in pages for item in page[request["list"]]]
            return {"answer": {"ids": ids}}
        result = getattr(client, snake(request["operation"]))(**request["input"])
        result.pop("ResponseMetadata", None)
        return {"answer": result}
    except ClientError as error:
        return {"error": {"code": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}}
    except WaiterError as error:
        return {"error": {"code": "WaiterError", "message": str(error)}}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line)), default=lambda value: value.isoformat()), flush=True)
