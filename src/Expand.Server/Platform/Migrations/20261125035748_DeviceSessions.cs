using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class DeviceSessions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_agent_sessions_device_began_at",
                table: "agent_sessions");

            migrationBuilder.AddColumn<bool>(
                name: "from_cdr",
                table: "agent_calls",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateIndex(
                name: "ix_cdr_pbx_ended_at",
                table: "cdr",
                columns: new[] { "pbx", "ended_at" });

            // Who was logged in at a device at an instant: found by the interval, whatever sessions came before.
            migrationBuilder.Sql("create index agent_sessions_device_during on agent_sessions using gist (device, tstzrange(began_at, ended_at));");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop index agent_sessions_device_during;");

            migrationBuilder.DropIndex(
                name: "ix_cdr_pbx_ended_at",
                table: "cdr");

            migrationBuilder.DropColumn(
                name: "from_cdr",
                table: "agent_calls");

            migrationBuilder.CreateIndex(
                name: "ix_agent_sessions_device_began_at",
                table: "agent_sessions",
                columns: new[] { "device", "began_at" });
        }
    }
}
