# The runtime is the Python that the tests run on. Where this was written no Docker engine was at hand to build it:
# tests/journeys/test_image.py takes the same steps in a folder, as an unprivileged account on a read-only tree.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/ecosystem-api
COPY requirements.lock /tmp/requirements.lock
RUN /opt/ecosystem-api/bin/pip install --require-hashes --only-binary :all: -r /tmp/requirements.lock \
    && /opt/ecosystem-api/bin/pip uninstall --yes pip setuptools
COPY alembic.ini CHANGELOG.md /app/
COPY docs /app/docs
COPY migrations /app/migrations
COPY src /app/src
RUN printf '#!/bin/sh\nexec /opt/ecosystem-api/bin/python -m ecosystem_api.cli "$@"\n' > /opt/ecosystem-api/bin/ecosystem-api \
    && chmod 0755 /opt/ecosystem-api/bin/ecosystem-api \
    && /opt/ecosystem-api/bin/python -m compileall -q /opt/ecosystem-api/lib /app \
    && chmod -R a+rX,go-w /opt/ecosystem-api /app

FROM python:3.11-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin ecosystem
COPY --from=build /opt/ecosystem-api /opt/ecosystem-api
COPY --from=build /app /app
# Nothing is written: not the code's caches, not a home, not the data folder that only development has.
ENV PATH=/opt/ecosystem-api/bin:$PATH \
    HOME=/nonexistent \
    PYTHONPATH=/app/src \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ECOSYSTEM_ENVIRONMENT=production \
    ECOSYSTEM_HOST=0.0.0.0 \
    ECOSYSTEM_PORT=8000 \
    ECOSYSTEM_METRICS_HOST=0.0.0.0 \
    ECOSYSTEM_METRICS_PORT=9000
WORKDIR /app
USER 10001:10001
EXPOSE 8000 9000
STOPSIGNAL SIGTERM
# The operator's port answers in `serve` and in `worker`; `migrate` ends before it is asked.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['ECOSYSTEM_METRICS_PORT'] + '/livez', timeout=2)"]
CMD ["ecosystem-api", "serve"]
