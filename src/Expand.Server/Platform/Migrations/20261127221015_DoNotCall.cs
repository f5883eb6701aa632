using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class DoNotCall : Migration
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
                name: "dnc_checks");

            migrationBuilder.DropTable(
                name: "dnc_exemptions");

            migrationBuilder.DropTable(
                name: "dnc_lists");

            migrationBuilder.DropTable(
                name: "dnc_numbers");

            migrationBuilder.DropTable(
                name: "dnc_old_editions");

            migrationBuilder.DropColumn(
                name: "is_promotional",
                table: "sms_messages");
        }
    }
}
