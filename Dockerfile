# portal-crawler in a container, as a user without rights. Build it in a checkout:
#
#     docker build -t portal-crawler .
#     docker run --rm -v "$PWD:/work" -u "$(id -u):$(id -g)" portal-crawler demo
#
# The base is pinned to a release of Debian and a minor version of Python. To pin every byte of it, give its digest:
#     docker build --build-arg PYTHON=python:3.12-slim-bookworm@sha256:... -t portal-crawler .
# What the program needs is pinned with its hashes in requirements.lock. EXTRAS="graph" adds optional parts, unpinned.
ARG PYTHON=python:3.12-slim-bookworm

FROM ${PYTHON} AS build
ARG EXTRAS=""
WORKDIR /src
RUN python -m venv /opt/portal-crawler
COPY requirements.lock ./
RUN /opt/portal-crawler/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY portal_crawler ./portal_crawler
COPY spiders ./spiders
COPY pipelines ./pipelines
RUN /opt/portal-crawler/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
    && if [ -n "${EXTRAS}" ]; then /opt/portal-crawler/bin/pip install --no-cache-dir ".[${EXTRAS}]"; fi

FROM ${PYTHON}
RUN groupadd --gid 10001 crawler && useradd --uid 10001 --gid crawler --create-home crawler \
    && install --directory --owner crawler --group crawler /work
COPY --from=build /opt/portal-crawler /opt/portal-crawler
# A home that any user may write to: -u gives the container the ids of who runs it.
ENV PATH=/opt/portal-crawler/bin:$PATH \
    HOME=/tmp \
    PYTHONUNBUFFERED=1
USER crawler
WORKDIR /work
VOLUME /work
# As Ctrl-C: the crawl ends, and the same command resumes it.
STOPSIGNAL SIGTERM
ENTRYPOINT ["portal-crawler"]
CMD ["--help"]
