using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class ApiCredentialLimits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_api_credentials_username",
                table: "api_credentials");

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

            migrationBuilder.CreateIndex(
                name: "ix_api_credentials_username_key",
                table: "api_credentials",
                column: "username_key",
                unique: true,
                filter: "revoked_at is null");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
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
        }
    }
}
