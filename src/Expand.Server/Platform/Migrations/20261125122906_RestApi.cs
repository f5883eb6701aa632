using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class RestApi : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_api_credentials_username",
                table: "api_credentials");

            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:PostgresExtension:btree_gin", ",,")
                .Annotation("Npgsql:PostgresExtension:pg_trgm", ",,");

            migrationBuilder.AlterColumn<string>(
                name: "username",
                table: "api_credentials",
                type: "character varying(64)",
                maxLength: 64,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AlterColumn<string>(
                name: "description",
                table: "api_credentials",
                type: "character varying(200)",
                maxLength: 200,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AddColumn<string[]>(
                name: "addresses",
                table: "api_credentials",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<long>(
                name: "calls",
                table: "api_credentials",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "last_address",
                table: "api_credentials",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "last_used_at",
                table: "api_credentials",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "rate_per_second",
                table: "api_credentials",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "username_key",
                table: "api_credentials",
                type: "text",
                nullable: false,
                computedColumnSql: "lower(username collate \"C\")",
                stored: true);

            migrationBuilder.CreateTable(
                name: "campaigns",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    name = table.Column<string>(type: "text", nullable: false, collation: "es-x-icu"),
                    description = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    paused = table.Column<bool>(type: "boolean", nullable: false),
                    queue = table.Column<string>(type: "text", nullable: false),
                    mode = table.Column<short>(type: "smallint", nullable: false),
                    start_date = table.Column<DateOnly>(type: "date", nullable: true),
                    end_date = table.Column<DateOnly>(type: "date", nullable: true),
                    time_zone = table.Column<string>(type: "text", nullable: false),
                    schedule = table.Column<string>(type: "jsonb", nullable: false),
                    redial_rules = table.Column<string>(type: "jsonb", nullable: false),
                    max_attempts = table.Column<int>(type: "integer", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_campaigns", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "contact_counts",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    campaign = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    count = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contact_counts", x => x.id);
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 50);

            migrationBuilder.CreateTable(
                name: "dynamic_forms",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    name = table.Column<string>(type: "text", nullable: false),
                    title = table.Column<string>(type: "text", nullable: false),
                    fields = table.Column<string>(type: "json", nullable: false),
                    queues = table.Column<string[]>(type: "text[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dynamic_forms", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "idempotency_keys",
                columns: table => new
                {
                    credential_id = table.Column<int>(type: "integer", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false),
                    fingerprint = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    content_type = table.Column<string>(type: "text", nullable: true),
                    location = table.Column<string>(type: "text", nullable: true),
                    etag = table.Column<string>(type: "text", nullable: true),
                    body = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_idempotency_keys", x => new { x.credential_id, x.key });
                });

            migrationBuilder.CreateTable(
                name: "outgoing_calls",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    queue = table.Column<string>(type: "text", nullable: false),
                    phones = table.Column<string[]>(type: "text[]", nullable: false),
                    numbers = table.Column<string[]>(type: "text[]", nullable: false),
                    contact = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    calldate = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expiration = table.Column<int>(type: "integer", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    agent = table.Column<string>(type: "text", nullable: false),
                    agent_key = table.Column<string>(type: "text", nullable: false, computedColumnSql: "upper(agent collate \"C\")", stored: true),
                    status = table.Column<short>(type: "smallint", nullable: false),
                    status_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    link = table.Column<string>(type: "json", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outgoing_calls", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "value_lists",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    kind = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    name_key = table.Column<string>(type: "text", nullable: false, computedColumnSql: "lower(name collate \"C\")", stored: true),
                    alias = table.Column<string>(type: "text", nullable: false),
                    description = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_value_lists", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "contacts",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    campaign = table.Column<int>(type: "integer", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "es-x-icu"),
                    numcall = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    enable = table.Column<bool>(type: "boolean", nullable: false),
                    info = table.Column<string>(type: "json", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    state_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    added_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attempt_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_attempt = table.Column<short>(type: "smallint", nullable: true),
                    state_log = table.Column<string>(type: "jsonb", nullable: false),
                    id_call = table.Column<long>(type: "bigint", nullable: true),
                    external_id = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    version = table.Column<int>(type: "integer", nullable: false),
                    search = table.Column<string>(type: "text", nullable: false, computedColumnSql: "lower(name collate \"es-x-icu\") || E'\\n' || (numcall collate \"es-x-icu\")", stored: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contacts", x => x.id);
                    table.ForeignKey(
                        name: "fk_contacts_campaigns_campaign",
                        column: x => x.campaign,
                        principalTable: "campaigns",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "form_entries",
                columns: table => new
                {
                    id = table.Column<string>(type: "character(24)", fixedLength: true, maxLength: 24, nullable: false),
                    form_id = table.Column<int>(type: "integer", nullable: false),
                    agent_number = table.Column<string>(type: "text", nullable: false),
                    agent_username = table.Column<string>(type: "text", nullable: false),
                    audio_filename = table.Column<string>(type: "text", nullable: false),
                    call_chunk = table.Column<string>(type: "text", nullable: false),
                    data = table.Column<string>(type: "json", nullable: false),
                    extension = table.Column<string>(type: "text", nullable: false),
                    incomingcall_id = table.Column<long>(type: "bigint", nullable: false),
                    last_modified = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    queue = table.Column<string>(type: "text", nullable: false),
                    session_id = table.Column<string>(type: "text", nullable: false),
                    timestamp = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    uniqueid = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_form_entries", x => x.id);
                    table.ForeignKey(
                        name: "fk_form_entries_dynamic_forms_form_id",
                        column: x => x.form_id,
                        principalTable: "dynamic_forms",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "list_elements",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    list_id = table.Column<int>(type: "integer", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    value = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_list_elements", x => x.id);
                    table.ForeignKey(
                        name: "fk_list_elements_value_list_list_id",
                        column: x => x.list_id,
                        principalTable: "value_lists",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "list_ranges",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    list_id = table.Column<int>(type: "integer", nullable: false),
                    length = table.Column<short>(type: "smallint", nullable: false),
                    first = table.Column<long>(type: "bigint", nullable: false),
                    last = table.Column<long>(type: "bigint", nullable: false),
                    value = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_list_ranges", x => x.id);
                    table.CheckConstraint("ck_list_ranges_first_last", "first between 0 and last");
                    table.ForeignKey(
                        name: "fk_list_ranges_value_list_list_id",
                        column: x => x.list_id,
                        principalTable: "value_lists",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_api_credentials_username_key",
                table: "api_credentials",
                column: "username_key",
                unique: true,
                filter: "revoked_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_contact_counts_campaign_state",
                table: "contact_counts",
                columns: new[] { "campaign", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_contacts_campaign_external_id",
                table: "contacts",
                columns: new[] { "campaign", "external_id" },
                unique: true,
                filter: "external_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_contacts_campaign_search",
                table: "contacts",
                columns: new[] { "campaign", "search" })
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "int4_ops", "gin_trgm_ops" })
                .Annotation("Npgsql:StorageParameter:gin_pending_list_limit", 512);

            migrationBuilder.CreateIndex(
                name: "ix_contacts_campaign_state_added_at_id",
                table: "contacts",
                columns: new[] { "campaign", "state", "added_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_contacts_campaign_state_id",
                table: "contacts",
                columns: new[] { "campaign", "state", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_contacts_campaign_state_name_id",
                table: "contacts",
                columns: new[] { "campaign", "state", "name", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_contacts_campaign_state_numcall_id",
                table: "contacts",
                columns: new[] { "campaign", "state", "numcall", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_contacts_campaign_state_state_at_id",
                table: "contacts",
                columns: new[] { "campaign", "state", "state_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_dynamic_forms_name",
                table: "dynamic_forms",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_form_entries_form_id_incomingcall_id_timestamp",
                table: "form_entries",
                columns: new[] { "form_id", "incomingcall_id", "timestamp" });

            migrationBuilder.CreateIndex(
                name: "ix_form_entries_form_id_timestamp_id",
                table: "form_entries",
                columns: new[] { "form_id", "timestamp", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_idempotency_keys_created_at",
                table: "idempotency_keys",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_list_elements_list_id_id",
                table: "list_elements",
                columns: new[] { "list_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_list_elements_list_id_key",
                table: "list_elements",
                columns: new[] { "list_id", "key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_list_ranges_list_id_id",
                table: "list_ranges",
                columns: new[] { "list_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_list_ranges_list_id_length_first",
                table: "list_ranges",
                columns: new[] { "list_id", "length", "first" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_calls_agent_key_id",
                table: "outgoing_calls",
                columns: new[] { "agent_key", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_calls_calldate",
                table: "outgoing_calls",
                column: "calldate");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_calls_expires_at",
                table: "outgoing_calls",
                column: "expires_at",
                filter: "status = 0 and expires_at is not null");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_calls_numbers",
                table: "outgoing_calls",
                column: "numbers")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_calls_queue_calldate",
                table: "outgoing_calls",
                columns: new[] { "queue", "calldate" });

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_calls_status_id",
                table: "outgoing_calls",
                columns: new[] { "status", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_value_lists_kind_name_key",
                table: "value_lists",
                columns: new[] { "kind", "name_key" },
                unique: true);

            // What the model has no word for: ranges of a list never overlap, and the contacts of each state are counted by whoever writes them.
            migrationBuilder.Sql(
                """
                create extension if not exists btree_gist;
                alter table list_ranges add constraint ex_list_ranges_overlap
                    exclude using gist (list_id with =, length with =, int8range(first, last, '[]') with &&);

                create function count_contacts() returns trigger language plpgsql as $$
                declare change record;
                begin
                    for change in execute case tg_op
                        when 'INSERT' then 'select campaign, state, count(*) as more from now_there group by campaign, state'
                        when 'DELETE' then 'select campaign, state, -count(*) as more from was_there group by campaign, state'
                        else 'select campaign, state, sum(more) as more
                            from (select campaign, state, 1 as more from now_there union all select campaign, state, -1 from was_there) changed
                            group by campaign, state having sum(more) <> 0' end
                    loop
                        update contact_counts set count = count + change.more where id = (
                            select id from contact_counts where campaign = change.campaign and state = change.state limit 1 for update skip locked);
                        if not found then
                            insert into contact_counts (campaign, state, count) values (change.campaign, change.state, change.more);
                        end if;
                    end loop;
                    return null;
                end $$;
                create trigger contacts_added after insert on contacts
                    referencing new table as now_there for each statement execute function count_contacts();
                create trigger contacts_changed after update on contacts
                    referencing old table as was_there new table as now_there for each statement execute function count_contacts();
                create trigger contacts_removed after delete on contacts
                    referencing old table as was_there for each statement execute function count_contacts();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "contact_counts");

            migrationBuilder.DropTable(
                name: "contacts");

            migrationBuilder.DropTable(
                name: "form_entries");

            migrationBuilder.DropTable(
                name: "idempotency_keys");

            migrationBuilder.DropTable(
                name: "list_elements");

            migrationBuilder.DropTable(
                name: "list_ranges");

            migrationBuilder.DropTable(
                name: "outgoing_calls");

            migrationBuilder.DropTable(
                name: "campaigns");

            migrationBuilder.DropTable(
                name: "dynamic_forms");

            migrationBuilder.DropTable(
                name: "value_lists");

            migrationBuilder.DropIndex(
                name: "ix_api_credentials_username_key",
                table: "api_credentials");

            migrationBuilder.DropColumn(
                name: "username_key",
                table: "api_credentials");

            migrationBuilder.DropColumn(
                name: "addresses",
                table: "api_credentials");

            migrationBuilder.DropColumn(
                name: "calls",
                table: "api_credentials");

            migrationBuilder.DropColumn(
                name: "last_address",
                table: "api_credentials");

            migrationBuilder.DropColumn(
                name: "last_used_at",
                table: "api_credentials");

            migrationBuilder.DropColumn(
                name: "rate_per_second",
                table: "api_credentials");

            migrationBuilder.AlterDatabase()
                .OldAnnotation("Npgsql:PostgresExtension:btree_gin", ",,")
                .OldAnnotation("Npgsql:PostgresExtension:pg_trgm", ",,");

            migrationBuilder.AlterColumn<string>(
                name: "username",
                table: "api_credentials",
                type: "text",
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(64)",
                oldMaxLength: 64);

            migrationBuilder.AlterColumn<string>(
                name: "description",
                table: "api_credentials",
                type: "text",
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(200)",
                oldMaxLength: 200);

            migrationBuilder.CreateIndex(
                name: "ix_api_credentials_username",
                table: "api_credentials",
                column: "username",
                unique: true);

            migrationBuilder.Sql("drop function count_contacts();");
        }
    }
}
