using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class CdrConnectedAt : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "connected_at",
                table: "cdr",
                type: "timestamp with time zone",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "connected_at",
                table: "cdr");
        }
    }
}
