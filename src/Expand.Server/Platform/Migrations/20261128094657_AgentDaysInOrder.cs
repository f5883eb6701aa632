using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class AgentDaysInOrder : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_agent_days_day",
                table: "agent_days");

            migrationBuilder.AddColumn<DateOnly>(
                name: "ordered_to",
                table: "agent_days_reach",
                type: "date",
                nullable: true);

            // They are counted by a search now.
            migrationBuilder.Sql("update agent_days set shorts = array(select s from unnest(shorts) s order by 1) where cardinality(shorts) > 1");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "ordered_to",
                table: "agent_days_reach");

            migrationBuilder.CreateIndex(
                name: "ix_agent_days_day",
                table: "agent_days",
                column: "day");
        }
    }
}
