using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class CrmServices : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "agent_pushes",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    pbx = table.Column<string>(type: "text", nullable: false),
                    uniqueid = table.Column<string>(type: "text", nullable: false),
                    ring_id = table.Column<string>(type: "text", nullable: false),
                    queue = table.Column<string>(type: "text", nullable: false),
                    caller_number = table.Column<string>(type: "text", nullable: false),
                    caller_name = table.Column<string>(type: "text", nullable: false),
                    agent = table.Column<string>(type: "text", nullable: false),
                    device = table.Column<string>(type: "text", nullable: false),
                    connected_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    state = table.Column<int>(type: "integer", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    next_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    give_up_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    claim = table.Column<Guid>(type: "uuid", nullable: true),
                    claimed_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_agent_pushes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "ivr_data",
                columns: table => new
                {
                    pbx = table.Column<string>(type: "text", nullable: false),
                    uniqueid = table.Column<string>(type: "text", nullable: false),
                    data = table.Column<string>(type: "text", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ivr_data", x => new { x.pbx, x.uniqueid });
                });

            migrationBuilder.CreateTable(
                name: "agent_push_attempts",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    push_id = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    took_ms = table.Column<int>(type: "integer", nullable: false),
                    problem = table.Column<int>(type: "integer", nullable: false),
                    detail = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_agent_push_attempts", x => x.id);
                    table.ForeignKey(
                        name: "fk_agent_push_attempts_agent_push_push_id",
                        column: x => x.push_id,
                        principalTable: "agent_pushes",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_agent_push_attempts_push_id_id",
                table: "agent_push_attempts",
                columns: new[] { "push_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_agent_pushes_connected_at",
                table: "agent_pushes",
                column: "connected_at");

            migrationBuilder.CreateIndex(
                name: "ix_agent_pushes_next_at",
                table: "agent_pushes",
                column: "next_at",
                filter: "state = 0");

            migrationBuilder.CreateIndex(
                name: "ix_agent_pushes_pbx_uniqueid_ring_id",
                table: "agent_pushes",
                columns: new[] { "pbx", "uniqueid", "ring_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_agent_pushes_state_id",
                table: "agent_pushes",
                columns: new[] { "state", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_ivr_data_changed_at",
                table: "ivr_data",
                column: "changed_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "agent_push_attempts");

            migrationBuilder.DropTable(
                name: "ivr_data");

            migrationBuilder.DropTable(
                name: "agent_pushes");
        }
    }
}
