"""Reads what was exported with the readers that people use, and says what came out, as JSON.

  python read.py <folder of the exports>
"""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import yaml
from airflow.sdk.definitions.connection import Connection
from dotenv import dotenv_values


def environment(path, front):
    """python-dotenv, with its own rules of interpolation."""
    values = dotenv_values(path)
    return [values[front + name] for name in ("USERNAME", "PASSWORD", "SECURITY_TOKEN")]


def shell(path, names):
    """A real shell reads the file and says what it knows."""
    print_all = "; ".join(f'printf "%s\\0" "${name}"' for name in names)
    done = subprocess.run(["sh", "-c", f'. "$1"; {print_all}', "sh", str(path)], capture_output=True, check=True)
    return done.stdout.decode().split("\0")[:-1]


def named(record):
    return [record["username"], record["password"], record["security_token"]]


def airflow(uri):
    connection = Connection.from_uri(uri, conn_id="salesforce_default")
    return [connection.login, connection.password, connection.extra_dejson["security_token"], connection.conn_type]


def airflow_json(text):
    connection = Connection.from_json(text, conn_id="salesforce_default")
    return [connection.login, connection.password, connection.extra_dejson["security_token"], connection.conn_type]


def ingestr(uri):
    query = parse_qs(urlsplit(uri).query, keep_blank_values=True)
    return [query[name][0] for name in ("username", "password", "token")]


def mule(text):
    text = text.replace("<salesforce:sfdc-config", '<salesforce:sfdc-config xmlns:salesforce="x"', 1)
    connection = ElementTree.fromstring(text)[0]
    return [connection.get(name) for name in ("username", "password", "securityToken")]


def soap(text):
    front = "{urn:partner.soap.sforce.com}"
    login = ElementTree.fromstring(text).find(f".//{front}login")
    return [login.find(front + "username").text, login.find(front + "password").text]


def azure(text):
    properties = json.loads(text)["properties"]["typeProperties"]
    return [properties["username"], properties["password"]["value"], properties["securityToken"]["value"]]


READERS = {
    "env": lambda path: environment(path, "SALESFORCE_"),
    "env_sf": lambda path: environment(path, "SF_"),
    "env_python": lambda path: environment(path, "SALESFORCE_"),
    "env_python_sf": lambda path: environment(path, "SF_"),
    "meltano_env": lambda path: environment(path, "TAP_SALESFORCE_"),
    "shell": lambda path: shell(path, ["SALESFORCE_USERNAME", "SALESFORCE_PASSWORD", "SALESFORCE_SECURITY_TOKEN"]),
    "shell_sf": lambda path: shell(path, ["SF_USERNAME", "SF_PASSWORD", "SF_SECURITY_TOKEN"]),
    "restforce_env": lambda path: shell(path, ["SALESFORCE_USERNAME", "SALESFORCE_PASSWORD", "SALESFORCE_SECURITY_TOKEN"]),
    "cumulusci_push": lambda path: shell(path, ["SF_USERNAME", "SF_PASSWORD"]),
    "json": lambda path: named(json.loads(path.read_text("utf-8"))),
    "tap_salesforce": lambda path: named(json.loads(path.read_text("utf-8"))),
    "yaml": lambda path: named(yaml.safe_load(path.read_text("utf-8"))),
    "toml": lambda path: named(tomllib.loads(path.read_text("utf-8"))["salesforce"]),
    "airflow_uri": lambda path: airflow(path.read_text("utf-8")),
    "airflow_env": lambda path: airflow(shell(path, ["AIRFLOW_CONN_SALESFORCE_DEFAULT"])[0]),
    "airflow_json": lambda path: airflow_json(path.read_text("utf-8")),
    "ingestr": lambda path: ingestr(path.read_text("utf-8")),
    "mule": lambda path: mule(path.read_text("utf-8")),
    "soap": lambda path: soap(path.read_text("utf-8")),
    "azure_data_factory": lambda path: azure(path.read_text("utf-8")),
    "datastream": lambda path: [
        json.loads(path.read_text("utf-8"))["userCredentials"][name] for name in ("username", "password", "securityToken")
    ],
}


def main():
    folder = Path(sys.argv[1])
    # Names that a careless reader would fill in.
    os.environ.update(HOME="/home/somebody", x="wrong", username="wrong")
    result = {}
    for account in json.loads((folder / "accounts.json").read_text("utf-8")):
        for name, read in READERS.items():
            if name in account["unfit"]:
                continue
            try:
                result[f"{account['name']}/{name}"] = read(folder / account["name"] / name)
            except Exception as error:
                result[f"{account['name']}/{name}"] = repr(error)
    json.dump(result, sys.stdout)


main()
