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
            migrationBuilder.AddColumn<bool>(
                name: "is_promotional",
                table: "sms_messages",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "due_at",
                table: "contacts",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "'-infinity'");

            migrationBuilder.AddColumn<string>(
                name: "time_zone",
                table: "contacts",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "abandonment_cap",
                table: "campaigns",
                type: "double precision",
                nullable: false,
                defaultValue: 3.0);

            migrationBuilder.AddColumn<string>(
                name: "caller_id",
                table: "campaigns",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "extension",
                table: "campaigns",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "holidays",
                table: "campaigns",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<bool>(
                name: "machine_detection",
                table: "campaigns",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "max_calls",
                table: "campaigns",
                type: "integer",
                nullable: false,
                defaultValue: 30);

            migrationBuilder.AddColumn<int>(
                name: "priority",
                table: "campaigns",
                type: "integer",
                nullable: false,
                defaultValue: 5);

            migrationBuilder.AddColumn<bool>(
                name: "registers",
                table: "campaigns",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<int>(
                name: "ring_seconds",
                table: "campaigns",
                type: "integer",
                nullable: false,
                defaultValue: 30);

            migrationBuilder.AddColumn<string>(
                name: "trunk",
                table: "campaigns",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "campaign_paces",
                columns: table => new
                {
                    campaign = table.Column<int>(type: "integer", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    host = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<int>(type: "integer", nullable: false),
                    calls = table.Column<int>(type: "integer", nullable: false),
                    under_way = table.Column<int>(type: "integer", nullable: false),
                    talking = table.Column<int>(type: "integer", nullable: false),
                    due = table.Column<int>(type: "integer", nullable: false),
                    free_agents = table.Column<int>(type: "integer", nullable: false),
                    answer_rate = table.Column<double>(type: "double precision", nullable: true),
                    answered = table.Column<int>(type: "integer", nullable: false),
                    abandoned = table.Column<int>(type: "integer", nullable: false),
                    pace = table.Column<double>(type: "double precision", nullable: true),
                    opens_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_campaign_paces", x => x.campaign);
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 50);

            migrationBuilder.CreateTable(
                name: "dial_attempts",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    campaign = table.Column<int>(type: "integer", nullable: false),
                    contact = table.Column<long>(type: "bigint", nullable: false),
                    numcall = table.Column<string>(type: "text", nullable: false),
                    number = table.Column<string>(type: "text", nullable: false),
                    mode = table.Column<short>(type: "smallint", nullable: false),
                    user_id = table.Column<int>(type: "integer", nullable: true),
                    pbx = table.Column<string>(type: "text", nullable: false),
                    channel_id = table.Column<string>(type: "text", nullable: false),
                    trunk = table.Column<string>(type: "text", nullable: false),
                    ring_seconds = table.Column<int>(type: "integer", nullable: false),
                    claimed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    asked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    answered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    connected_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    agent = table.Column<string>(type: "text", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    outcome = table.Column<short>(type: "smallint", nullable: true),
                    settled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dial_attempts", x => x.id);
                    table.ForeignKey(
                        name: "fk_dial_attempts_campaigns_campaign",
                        column: x => x.campaign,
                        principalTable: "campaigns",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "dnc_checks",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    number = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    purpose = table.Column<int>(type: "integer", nullable: false),
                    purpose_id = table.Column<string>(type: "text", nullable: false),
                    campaign_id = table.Column<int>(type: "integer", nullable: true),
                    host = table.Column<string>(type: "text", nullable: false),
                    lists = table.Column<string>(type: "jsonb", nullable: false),
                    result = table.Column<int>(type: "integer", nullable: false),
                    list_id = table.Column<int>(type: "integer", nullable: true),
                    list_name = table.Column<string>(type: "text", nullable: true),
                    exemption_id = table.Column<long>(type: "bigint", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dnc_checks", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "dnc_exemptions",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    number = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false, collation: "C"),
                    list_id = table.Column<int>(type: "integer", nullable: true),
                    list_name = table.Column<string>(type: "text", nullable: true),
                    campaign_id = table.Column<int>(type: "integer", nullable: true),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    until = table.Column<DateOnly>(type: "date", nullable: true),
                    added_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    added_by = table.Column<string>(type: "text", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_by = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dnc_exemptions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "dnc_lists",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    name_key = table.Column<string>(type: "text", nullable: false, computedColumnSql: "lower(name)", stored: true),
                    campaign_id = table.Column<int>(type: "integer", nullable: true),
                    is_in_force = table.Column<bool>(type: "boolean", nullable: false),
                    edition = table.Column<int>(type: "integer", nullable: false),
                    issued_on = table.Column<DateOnly>(type: "date", nullable: true),
                    valid_until = table.Column<DateOnly>(type: "date", nullable: true),
                    numbers = table.Column<long>(type: "bigint", nullable: false),
                    added_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    added_by = table.Column<string>(type: "text", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dnc_lists", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "dnc_numbers",
                columns: table => new
                {
                    list_id = table.Column<int>(type: "integer", nullable: false),
                    edition = table.Column<int>(type: "integer", nullable: false),
                    number = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false, collation: "C"),
                    added_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    added_by = table.Column<string>(type: "text", nullable: true),
                    note = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dnc_numbers", x => new { x.list_id, x.edition, x.number });
                });

            migrationBuilder.CreateTable(
                name: "dnc_old_editions",
                columns: table => new
                {
                    list_id = table.Column<int>(type: "integer", nullable: false),
                    edition = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dnc_old_editions", x => new { x.list_id, x.edition });
                });

            migrationBuilder.CreateIndex(
                name: "ix_contacts_campaign_due_at_id",
                table: "contacts",
                columns: new[] { "campaign", "due_at", "id" },
                filter: "state = 0");

            migrationBuilder.CreateIndex(
                name: "ix_contacts_campaign_time_zone",
                table: "contacts",
                columns: new[] { "campaign", "time_zone" },
                filter: "state = 0 and time_zone is not null");

            migrationBuilder.CreateIndex(
                name: "ix_dial_attempts_campaign_claimed_at_id",
                table: "dial_attempts",
                columns: new[] { "campaign", "claimed_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_dial_attempts_campaign_settled_at",
                table: "dial_attempts",
                columns: new[] { "campaign", "settled_at" });

            migrationBuilder.CreateIndex(
                name: "ix_dial_attempts_channel_id",
                table: "dial_attempts",
                column: "channel_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_dial_attempts_contact",
                table: "dial_attempts",
                column: "contact");

            migrationBuilder.CreateIndex(
                name: "ix_dial_attempts_contact1",
                table: "dial_attempts",
                column: "contact",
                unique: true,
                filter: "settled_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_dial_attempts_number",
                table: "dial_attempts",
                column: "number",
                unique: true,
                filter: "settled_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_dnc_checks_at_id",
                table: "dnc_checks",
                columns: new[] { "at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_dnc_checks_number_at_id",
                table: "dnc_checks",
                columns: new[] { "number", "at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_dnc_checks_result_at_id",
                table: "dnc_checks",
                columns: new[] { "result", "at", "id" },
                filter: "result <> 0");

            migrationBuilder.CreateIndex(
                name: "ix_dnc_exemptions_number",
                table: "dnc_exemptions",
                column: "number");

            migrationBuilder.CreateIndex(
                name: "ix_dnc_lists_name_key",
                table: "dnc_lists",
                column: "name_key",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "campaign_paces");

            migrationBuilder.DropTable(
                name: "dial_attempts");

            migrationBuilder.DropTable(
                name: "dnc_checks");

            migrationBuilder.DropTable(
                name: "dnc_exemptions");

            migrationBuilder.DropTable(
                name: "dnc_lists");

            migrationBuilder.DropTable(
                name: "dnc_numbers");

            migrationBuilder.DropTable(
                name: "dnc_old_editions");

            migrationBuilder.DropIndex(
                name: "ix_contacts_campaign_due_at_id",
                table: "contacts");

            migrationBuilder.DropIndex(
                name: "ix_contacts_campaign_time_zone",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "is_promotional",
                table: "sms_messages");

            migrationBuilder.DropColumn(
                name: "due_at",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "time_zone",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "abandonment_cap",
                table: "campaigns");

            migrationBuilder.DropColumn(
                name: "caller_id",
                table: "campaigns");

            migrationBuilder.DropColumn(
                name: "extension",
                table: "campaigns");

            migrationBuilder.DropColumn(
                name: "holidays",
                table: "campaigns");

            migrationBuilder.DropColumn(
                name: "machine_detection",
                table: "campaigns");

            migrationBuilder.DropColumn(
                name: "max_calls",
                table: "campaigns");

            migrationBuilder.DropColumn(
                name: "priority",
                table: "campaigns");

            migrationBuilder.DropColumn(
                name: "registers",
                table: "campaigns");

            migrationBuilder.DropColumn(
                name: "ring_seconds",
                table: "campaigns");

            migrationBuilder.DropColumn(
                name: "trunk",
                table: "campaigns");
        }
    }
}
