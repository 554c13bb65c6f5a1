"""YAML as other tools have it, in short: none of it is a spec of ours."""

from collections.abc import Mapping

SAMPLES: Mapping[str, str] = {
    "docker-compose": """\
services:
  web:
    build: .
    ports: ["8000:80"]
    volumes: [data:/var/lib/data]
  cache: {image: "redis:7"}
volumes: {data: {}}
""",
    "github-workflow": """\
name: test
on:
  push: {branches: [main]}
  workflow_dispatch:
    inputs:
      layers: {description: Number of layers, default: "3"}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pytest -q
""",
    "github-action": """\
name: A check
description: Checks specs
inputs:
  input: {description: Files, default: .}
  layers: {description: Layers, required: false}
runs: {using: composite, steps: [{run: echo done, shell: bash}]}
""",
    "kubernetes": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  template:
    spec: {containers: [{name: web, image: "nginx:1.27"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
""",
    "kustomize": "resources: [a.yaml, b.yaml]\nimages:\n  - {name: web, newTag: 1.2.3}\n",
    "helm-values": "replicaCount: 1\nimage: {repository: nginx, tag: ''}\nnodeSelector: {}\n",
    "helm-template": """\
kind: {{ .Values.kind }}
{{- if .Values.on }}
layers:
  - {{ .x }}
{{- end }}
""",
    "openapi": """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /items/{id}:
    get:
      parameters: [{name: id, in: path, schema: {type: integer}}]
      responses: {"200": {description: ok}}
""",
    "asyncapi": "asyncapi: 3.0.0\ninfo: {title: T, version: '1'}\nchannels: {a: {address: a}}\n",
    "mkdocs": """\
site_name: Docs
theme: {name: material}
markdown_extensions:
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
nav: [Home: index.md, Layers: layers.md]
""",
    "conda": """\
name: vision
channels: [conda-forge, nvidia]
dependencies: [python=3.12, pytorch=2.5, pip, {pip: [timm==1.0.9]}]
""",
    "pre-commit": """\
repos:
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: v0.6.9
    hooks: [{id: ruff, args: [--fix]}, {id: ruff-format}]
""",
    "gitlab-ci": """\
stages: [lint, test]
test:
  stage: test
  script:
    - pip install .
    - pytest
""",
    "circleci": """\
version: 2.1
jobs:
  build:
    docker: [{image: cimg/python:3.12}]
    steps: [checkout]
""",
    "azure-pipelines": """\
trigger: [main]
pool: {vmImage: ubuntu-latest}
steps:
  - script: make
""",
    "ansible": """\
- hosts: all
  vars: {port: 80}
  tasks:
    - name: install
      apt: {name: nginx, state: present}
""",
    "cloudformation": """\
Parameters: {Size: {Type: String}}
Resources:
  Layer:
    Type: AWS::Lambda::LayerVersion
    Properties: {Content: {S3Bucket: !Ref Bucket}}
""",
    "serverless": "service: s\nprovider: {name: aws}\nlayers:\n  common: {path: layers/common}\n",
    "home-assistant": "input_number:\n  size: {min: 1, max: 9}\nscript:\n  pad:\n    - delay: 5\n",
    "dependabot": "version: 2\nupdates:\n  - {package-ecosystem: pip, directory: /}\n",
    "codecov": "coverage:\n  status: {project: {default: {target: 90%}}}\n",
    "read-the-docs": "version: 2\nbuild: {os: ubuntu-24.04, tools: {python: '3.12'}}\n",
    "citation": "cff-version: 1.2.0\ntitle: T\nauthors:\n  - {family-names: A, given-names: B}\n",
    "prometheus": "global: {scrape_interval: 15s}\nscrape_configs:\n  - job_name: node\n",
    "dvc": "stages:\n  train:\n    cmd: python train.py\n    deps: [data]\n    outs: [model.pt]\n",
    "sweep": """\
program: train.py
method: bayes
parameters:
  layers: {values: [2, 3, 4]}
  dropout: {min: 0.1, max: 0.5}
""",
    "hydra": "defaults: [model: resnet, _self_]\nmodel: {layers: [64, 64, 128], dropout: 0.5}\n",
    "dataset": "path: ../data\ntrain: images/train\nval: images/val\nnames: {0: cat, 1: dog}\n",
    "layers-of-another-framework": """\
name: small
input_shape: [3, 224, 224]
layers:
  - {type: conv, filters: 32, kernel: 3}
  - {type: relu}
  - {type: dense, units: 10}
""",
    "heads-of-another-framework": """\
inputs: [3, 224, 224]
layers:
  - conv: {filters: 32, size: 3}
  - relu
  - dense: {units: 10}
""",
    "plain-words": "model: tagger\nlayers: [embedding, dropout, linear, softmax]\nlr: 0.1\n",
    "augmentation": """\
train:
  - crop 224x224
  - pad 4
  - flip
steps: [crop 56x56, scale 2, pad 4]
""",
    "compressor": "steps:\n  - max: 3\n  - mean: 2\n  - scale: 0.5\ninput: 3.5\n",
    "map-tiles": """\
name: streets
layers:
  - {id: roads, type: line, source: osm}
sources: {osm: {}}
""",
    "neural-search": "name: space\ninputs: {type: image}\nlayers: {min: 2, max: 9}\n",
    "list-of-lists": "- [1, 2]\n- [conv, 3]\n",
    "text": "just a text with conv3x3 64 in it\n",
}
