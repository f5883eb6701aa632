using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class Dialer : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:PostgresExtension:btree_gin", ",,")
                .Annotation("Npgsql:PostgresExtension:pg_trgm", ",,");

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

            // Dialer: what EF Core cannot express, and must be carried along where this migration is made again.
            // How many contacts a campaign has in each state, kept by whatever statement changes contacts. A row that another transaction
            // is changing is passed over and a new one begun: nobody waits for a counter, and nobody can deadlock over one.
            migrationBuilder.Sql(
                """
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
                name: "campaigns");

            migrationBuilder.Sql("drop function count_contacts();");

            migrationBuilder.AlterDatabase()
                .OldAnnotation("Npgsql:PostgresExtension:btree_gin", ",,")
                .OldAnnotation("Npgsql:PostgresExtension:pg_trgm", ",,");
        }
    }
}
