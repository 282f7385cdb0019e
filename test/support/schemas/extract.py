"""Writes the schemas beside this file from what is published, reduced to what this project writes. README.md says when.

asff BOTOCORE_SERVICE_MODEL    securityhub/2018-10-26/service-2.json.gz of botocore
ocsf                           needs the PyPI package ocsf-json-schema
sarif SARIF_SCHEMA             lib/schemas/sarif-2.1.0-rtm.5.json of the npm package @microsoft/jest-sarif
"""

import gzip
import json
import pathlib
import re
import sys

# Of 128 kinds of resources, those that are written.
ASFF_RESOURCE_DETAILS = {"AwsSecretsManagerSecret", "Other"}

OCSF_VERSION = "1.6.0"
OCSF_OBJECTS = {
    "account", "actor", "analytic", "attack", "cloud", "evidences", "finding_info", "metadata", "network_endpoint",
    "object", "product", "related_event", "remediation", "resource_details", "sub_technique", "technique", "user",
}


def asff(model_path):
    model = json.loads(gzip.open(model_path).read())
    shapes, definitions = model["shapes"], {}

    def limits(documentation):
        """The model has lengths in its prose only."""
        text = re.sub(r"<[^>]+>", "", documentation)
        found = {}
        if length := re.search(r"[Mm]aximum (?:length )?of (\d+)(?: length)?\.", text):
            found["maxLength"] = int(length[1])
        if length := re.search(r"Length Constraints: (\d+)\.", text):
            found["minLength"] = found["maxLength"] = int(length[1])
        if items := re.search(r"Maximum number of (\d+) items", text):
            found["maxItems"] = int(items[1])
        if pairs := re.search(r"up to (\d+) key-value pairs.*key can contain up to (\d+).*value can contain up to (\d+)", text):
            found["maxProperties"] = int(pairs[1])
            found["propertyNames"] = {"maxLength": int(pairs[2])}
            found["additionalProperties"] = {"maxLength": int(pairs[3])}
        return found

    def reference(name):
        if name not in definitions:
            definitions[name] = {}
            definitions[name].update(convert(name, shapes[name]))
        return {"$ref": f"#/definitions/{name}"}

    def member(of):
        extra = limits(of.get("documentation", ""))
        return {"allOf": [reference(of["shape"]), extra]} if extra else reference(of["shape"])

    def convert(name, shape):
        if shape["type"] == "structure":
            members = {
                key: value
                for key, value in shape["members"].items()
                if name != "ResourceDetails" or key in ASFF_RESOURCE_DETAILS
            }
            return {
                "type": "object",
                "additionalProperties": False,
                "required": shape.get("required", []),
                "properties": {key: member(value) for key, value in members.items()},
            }
        if shape["type"] == "list":
            sizes = {"minItems": shape.get("min"), "maxItems": shape.get("max")}
            return {
                "type": "array",
                "items": reference(shape["member"]["shape"]),
                **{key: size for key, size in sizes.items() if size is not None},
            }
        if shape["type"] == "map":
            return {"type": "object", "additionalProperties": reference(shape["value"]["shape"])}
        kinds = {"string": "string", "boolean": "boolean", "integer": "integer", "long": "integer"}
        sizes = {"minLength": shape.get("min"), "maxLength": shape.get("max")}
        return {
            "type": kinds.get(shape["type"], "number"),
            **({"pattern": shape["pattern"]} if "pattern" in shape else {}),
            **({"enum": shape["enum"]} if "enum" in shape else {}),
            **({key: size for key, size in sizes.items() if size is not None} if shape["type"] == "string" else {}),
        }

    # What findings of other kinds need is refused here, and would make the file ten times as long.
    finding = shapes["AwsSecurityFinding"]["members"]
    for foreign in ("Action", "Compliance", "Detection", "Malware", "Network", "NetworkPath", "PatchSummary", "Process",
                    "ThreatIntelIndicators", "Threats", "Vulnerabilities", "GeneratorDetails"):
        del finding[foreign]
    for foreign in ("DataClassification",):
        del shapes["Resource"]["members"][foreign]
    return {**reference("BatchImportFindingsRequestFindingList"), "definitions": definitions}


def ocsf():
    from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

    published = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=OCSF_VERSION))
    schema = published.get_class_schema(
        class_name=published.lookup_class_name_from_uid(2004), profiles=["cloud"]
    )

    def is_kept(attribute):
        target = attribute.get("items", attribute).get("$ref", "")
        return not attribute.get("deprecated") and (target == "" or target.split("/")[-1] in OCSF_OBJECTS)

    def reduce(schema):
        properties = {key: value for key, value in schema["properties"].items() if is_kept(value)}
        for attribute in properties.values():
            attribute.pop("title", None)
        return {**schema, "properties": properties}

    return {
        **reduce(schema),
        "$defs": {name: reduce(schema["$defs"][name]) for name in sorted(OCSF_OBJECTS)},
    }


def sarif(schema_path):
    """Draft 4 says `id` where later ones say `$id`; else what is used here is the same."""
    schema = json.loads(pathlib.Path(schema_path).read_text())
    del schema["id"]

    def without_prose(value):
        if isinstance(value, list):
            return [without_prose(each) for each in value]
        if not isinstance(value, dict):
            return value
        return {
            key: without_prose(each)
            for key, each in value.items()
            if not (key in ("description", "default") and not isinstance(each, dict))
        }

    return {**without_prose(schema), "$schema": "http://json-schema.org/draft-07/schema#"}


files = {"asff": "asff.json", "ocsf": "ocsf-detection-finding.json", "sarif": "sarif-2.1.0.json"}
what, *arguments = sys.argv[1:]
path = pathlib.Path(__file__).parent / files[what]
path.write_text(json.dumps({"asff": asff, "ocsf": ocsf, "sarif": sarif}[what](*arguments), indent=1) + "\n")
