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
                        when 'INSERT' then 'select campaign, state, count(*) as by from now_there group by campaign, state'
                        when 'DELETE' then 'select campaign, state, -count(*) as by from was_there group by campaign, state'
                        else 'select campaign, state, sum(by) as by
                            from (select campaign, state, 1 as by from now_there union all select campaign, state, -1 from was_there) changed
                            group by campaign, state having sum(by) <> 0' end
                    loop
                        update contact_counts set count = count + change.by where id = (
                            select id from contact_counts where campaign = change.campaign and state = change.state limit 1 for update skip locked);
                        if not found then
                            insert into contact_counts (campaign, state, count) values (change.campaign, change.state, change.by);
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
                name: "idempotency_keys");

            migrationBuilder.DropTable(
                name: "list_elements");

            migrationBuilder.DropTable(
                name: "list_ranges");

            migrationBuilder.DropTable(
                name: "campaigns");

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
