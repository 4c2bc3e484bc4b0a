FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/ecosystem-api
COPY requirements.lock /tmp/requirements.lock
RUN /opt/ecosystem-api/bin/pip install --require-hashes --only-binary :all: -r /tmp/requirements.lock \
    && /opt/ecosystem-api/bin/pip uninstall --yes pip
COPY alembic.ini CHANGELOG.md /app/
COPY docs /app/docs
COPY migrations /app/migrations
COPY src /app/src
RUN printf '#!/bin/sh\nexec /opt/ecosystem-api/bin/python -m ecosystem_api.cli "$@"\n' > /opt/ecosystem-api/bin/ecosystem-api \
    && chmod 0755 /opt/ecosystem-api/bin/ecosystem-api \
    && /opt/ecosystem-api/bin/python -m compileall -q /opt/ecosystem-api/lib /app

FROM python:3.13-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin ecosystem
COPY --from=build /opt/ecosystem-api /opt/ecosystem-api
COPY --from=build /app /app
ENV PATH=/opt/ecosystem-api/bin:$PATH \
    PYTHONPATH=/app/src \
    PYTHONDONTWRITEBYTECODE=1 \
    ECOSYSTEM_HOST=0.0.0.0 \
    ECOSYSTEM_PORT=8000
WORKDIR /app
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['ECOSYSTEM_PORT'] + '/livez', timeout=2)"]
CMD ["ecosystem-api", "serve"]
