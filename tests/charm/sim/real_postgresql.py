"""postgresql-k8s (14/stable) over a real PostgreSQL: a login for each relation, which goes with it, two databases, TLS
with an authority of its own, rotated passwords, and a standby that takes over at another address."""
import os

from .cluster import NETWORK, ROOT, run
from .scripts import Script

PRIVATE = os.path.join(ROOT, "tests/support/postgres/private")
BIN = os.environ.get("POSTGRES_BIN", "/usr/lib/postgresql/15/bin")

LOGINS = "rolname LIKE 'relation_id_%'"
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


class RealPostgreSql(Script):
    def __init__(self, model, app, folder, host=f"{NETWORK}.1"):
        super().__init__(model, app)
        self.folder = folder
        self.host = host
        self.port = self._start(folder, "listen_addresses=*", "max_connections=100")
        self.authority = ""  # the certificate that relations are given; empty: no TLS
        self.rotations = 0
        self.standby = None  # folder and port
        self._allow("host")
        self.sql("postgres", "CREATE ROLE operator SUPERUSER; "
                             "CREATE ROLE admin NOLOGIN IN ROLE pg_read_all_data, pg_write_all_data")

    def _start(self, folder, *settings):
        shown = run(PRIVATE, "start", folder, "--owner", str(os.getpid()), *settings)
        return dict(line.split("=", 1) for line in shown.split("\n") if "=" in line)["port"]

    def _allow(self, kind):
        """Lets the pods in: `host`, or `hostssl` for those with TLS only."""
        path = os.path.join(self.folder, "data", "pg_hba.conf")
        with open(path, encoding="utf-8") as file:
            lines = [line for line in file.read().split("\n") if NETWORK not in line]
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join([*lines, f"{kind} all all {NETWORK}.0/24 scram-sha-256"]) + "\n")
        self.reload()

    def stop(self):
        for folder in [self.folder, *(self.standby or [])[:1]]:
            run(PRIVATE, "stop", folder)

    def sql(self, database, text, port=None):
        environment = {**os.environ, "PGPASSWORD": "postgres"}
        return run("psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", port or self.port,
                   "-U", "postgres", "-d", database, "-c", text, env=environment).strip()

    def reload(self):
        self.sql("postgres", "SELECT pg_reload_conf()")

    # --- what the charm does

    def step(self):
        before = self.seen()
        for relation in self.relations("database"):
            name = self._database_of(relation)
            if name:
                self._provide(relation, name)
        self._drop_logins_of_the_gone()
        return before != self.seen()

    def _database_of(self, relation):
        return relation.app_bags[relation.other(self.app.name)].get("database")

    def seen(self):
        """All that relations are told."""
        bags = [dict(relation.app_bags[self.app.name]) for relation in self.relations("database")]
        return bags, [(s.id, s.latest()) for s in self.model.secrets.values() if s.owner == self.app.name]

    def _provide(self, relation, name):
        user = f"relation_id_{relation.number}"
        password = f"pw-{relation.number}-{self.rotations}-Zq7"
        if password not in self.model.secret_texts:
            self.model.secret_texts.add(password)
            self._make_login(name, user, password)
        answer = {"database": name, "endpoints": f"{self.host}:{self.port}", "version": "15",
                  "secret-user": self.secret(f"user.{relation.number}", {"username": user, "password": password},
                                             relation)}
        if self.authority:
            answer["secret-tls"] = self.secret(f"tls.{relation.number}", {"tls": "True", "tls-ca": self.authority},
                                               relation)
        self.write(relation, answer)

    def _make_login(self, name, user, password):
        if self.sql("postgres", f"SELECT 1 FROM pg_roles WHERE rolname = '{user}'"):
            self.sql("postgres", f"ALTER ROLE {user} PASSWORD '{password}'")
            return
        self.sql("postgres", f"CREATE ROLE {user} LOGIN PASSWORD '{password}' IN ROLE admin CREATEDB")
        if self.sql("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{name}'") == "":
            self.sql("postgres", f"CREATE DATABASE \"{name}\"")
            self.sql("postgres", f"REVOKE ALL ON DATABASE \"{name}\" FROM PUBLIC")
            self.sql(name, "GRANT ALL ON SCHEMA public TO PUBLIC")  # as before PostgreSQL 15
        # As the charm does: named logins only. The first one of a database gets all that is in it, the others may use
        # what is there.
        self.sql("postgres", f"GRANT ALL ON DATABASE \"{name}\" TO {user}, admin")
        if len([relation for relation in self.relations("database") if self._database_of(relation) == name]) == 1:
            self.sql(name, f"DO $$ DECLARE r record; BEGIN FOR r IN SELECT tablename FROM pg_tables WHERE schemaname = "
                           f"'public' LOOP EXECUTE format('ALTER TABLE %I OWNER TO {user}', r.tablename); END LOOP; END $$")
        else:
            self.sql(name, f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {user}; "
                           f"GRANT ALL ON ALL FUNCTIONS IN SCHEMA public TO {user}")

    def _drop_logins_of_the_gone(self):
        """What they own goes to the charm's own user."""
        alive = {f"relation_id_{relation.number}" for relation in self.relations("database")}
        logins = self.sql("postgres", f"SELECT rolname FROM pg_roles WHERE {LOGINS}").split()
        for user in sorted(set(logins) - alive):
            for name in self.sql("postgres", "SELECT datname FROM pg_database WHERE NOT datistemplate").split():
                self.sql(name, f"REASSIGN OWNED BY {user} TO operator; DROP OWNED BY {user}")
            self.sql("postgres", f"DROP ROLE {user}")

    def rotate(self):
        self.rotations += 1

    # --- TLS

    def _openssl(self, *words):
        run("openssl", *words, cwd=self.folder)

    def make_authority(self, name):
        """Returns its certificate; its key stays in the folder."""
        self._openssl("req", "-x509", *NEW_KEY, "-days", "30", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out",
                      f"{name}.crt")
        with open(os.path.join(self.folder, f"{name}.crt"), encoding="utf-8") as file:
            return file.read()

    def serve_certificate_of(self, name):
        """A new authority signs the server's certificate; pods are let in with TLS only. Returns its own."""
        authority = self.make_authority(name)
        folder = self.folder
        self._openssl("req", *NEW_KEY, "-subj", "/CN=postgresql", "-keyout", "server.key.new", "-out", "server.csr")
        with open(os.path.join(folder, "names"), "w", encoding="utf-8") as file:
            file.write(f"subjectAltName = IP:{self.host}")
        self._openssl("x509", "-req", "-in", "server.csr", "-CA", f"{name}.crt", "-CAkey", f"{name}.key",
                      "-CAcreateserial", "-days", "30", "-extfile", "names", "-out", "server.crt.new")
        for name in ("server.key", "server.crt"):
            path = os.path.join(folder, name)
            owner = os.stat(path)
            os.chown(path + ".new", owner.st_uid, owner.st_gid)
            os.chmod(path + ".new", 0o600)
            os.replace(path + ".new", path)
        self._allow("hostssl")
        return authority

    # --- a standby

    def add_standby(self):
        """A copy that has every commit before it is acknowledged."""
        folder = self.folder + "-standby"
        data = os.path.join(folder, "data")
        os.mkdir(folder)
        owner = os.stat(os.path.join(self.folder, "data"))
        os.chown(folder, owner.st_uid, owner.st_gid)
        run("setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups",
            os.path.join(BIN, "pg_basebackup"), "-h", "127.0.0.1", "-p", self.port, "-U", "postgres", "-D", data, "-R",
            "-X", "stream", "-c", "fast", cwd="/", env={**os.environ, "PGPASSWORD": "postgres"})
        self.standby = (folder, self._start(folder))
        self.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.reload()

    def is_synchronous(self):
        """For settle_until."""
        state = self.sql("postgres", "SELECT sync_state FROM pg_stat_replication")
        return state == "sync" or state

    def fail_over(self, host):
        """The primary dies, the standby takes its place at another address."""
        run(PRIVATE, "kill", self.folder)
        self.folder, self.port = self.standby
        self.standby = None
        self.host = host
        self.sql("postgres", "SELECT pg_promote()")
