using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Expand.Server.Platform.Migrations
{
    /// <inheritdoc />
    public partial class MonthlyHistory : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "pk_queue_activities",
                table: "queue_activities");

            migrationBuilder.DropPrimaryKey(
                name: "pk_cdr",
                table: "cdr");

            migrationBuilder.DropPrimaryKey(
                name: "pk_agent_calls",
                table: "agent_calls");

            migrationBuilder.AddPrimaryKey(
                name: "pk_queue_activities",
                table: "queue_activities",
                columns: new[] { "id", "at" });

            migrationBuilder.AddPrimaryKey(
                name: "pk_cdr",
                table: "cdr",
                columns: new[] { "id", "call_date" });

            migrationBuilder.AddPrimaryKey(
                name: "pk_agent_calls",
                table: "agent_calls",
                columns: new[] { "id", "at" });

            migrationBuilder.CreateTable(
                name: "agent_days",
                columns: table => new
                {
                    queue = table.Column<string>(type: "text", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    agent = table.Column<string>(type: "text", nullable: false),
                    logged = table.Column<int>(type: "integer", nullable: false),
                    paused = table.Column<int>(type: "integer", nullable: false),
                    talk = table.Column<int>(type: "integer", nullable: false),
                    outgoing_talk = table.Column<int>(type: "integer", nullable: false),
                    answered = table.Column<int>(type: "integer", nullable: false),
                    lost = table.Column<int>(type: "integer", nullable: false),
                    outgoing = table.Column<int>(type: "integer", nullable: false),
                    outgoing_answered = table.Column<int>(type: "integer", nullable: false),
                    direct = table.Column<int>(type: "integer", nullable: false),
                    transferred = table.Column<int>(type: "integer", nullable: false),
                    shorts = table.Column<short[]>(type: "smallint[]", nullable: true),
                    queues = table.Column<string[]>(type: "text[]", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_agent_days", x => new { x.queue, x.day, x.agent });
                });

            migrationBuilder.CreateTable(
                name: "agent_days_reach",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    zone = table.Column<string>(type: "text", nullable: false),
                    since = table.Column<DateOnly>(type: "date", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_agent_days_reach", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_queue_activities_transfers",
                table: "queue_activities",
                columns: new[] { "queue", "agent", "at" },
                filter: "action = 8");

            migrationBuilder.CreateIndex(
                name: "ix_agent_calls_odd",
                table: "agent_calls",
                columns: new[] { "agent", "at" },
                filter: "talk_from is not null and (talk_to is null or talk_to - at > interval '2 hours' or at - talk_from > interval '1 minute')");

            migrationBuilder.CreateIndex(
                name: "ix_agent_days_agent_queue_day",
                table: "agent_days",
                columns: new[] { "agent", "queue", "day" });

            migrationBuilder.CreateIndex(
                name: "ix_agent_days_day",
                table: "agent_days",
                column: "day");

            // Talks are found by the instant of their call: an index of their intervals would grow with the history in every month of it.
            migrationBuilder.Sql("drop index agent_calls_queue_talk;");
            // Nothing is copied: what is there becomes the partition of what has no month yet, and is moved into months while the server runs.
            Alter(migrationBuilder, """
                execute format('alter table %I rename to %I', name, name || '_rest');
                for old in select indexname from pg_indexes where schemaname = current_schema() and tablename = name || '_rest' loop
                    execute format('alter index %I rename to %I', old, left(old, 58) || '_rest');
                end loop;
                execute format('create table %I (like %I including defaults including identity) partition by range (%I)', name, name || '_rest', instant);
                execute format('alter table %I alter column id drop identity', name || '_rest');
                execute format('alter table %I attach partition %I default', name, name || '_rest');
                execute format('select coalesce(max(id), 0) + 1 from %I', name || '_rest') into next;
                """);
        }

        /// <summary>Makes a new table in the place of each, with its identity going on and its indexes.</summary>
        private static void Alter(MigrationBuilder migrationBuilder, string replace)
        {
            foreach (var (name, instant) in new[] { ("cdr", "call_date"), ("queue_activities", "at"), ("agent_calls", "at") })
            {
                migrationBuilder.Sql(
                    $"""
                    do $$
                    declare
                        name constant text := '{name}';
                        instant constant text := '{instant}';
                        indexes text[] := array(select replace(indexdef, ' ON ONLY ', ' ON ') from pg_indexes
                            where schemaname = current_schema() and tablename = '{name}' and indexname <> 'pk_{name}');
                        old text;
                        next bigint;
                    begin
                        {replace.ReplaceLineEndings("\n    ")}
                        execute format('alter table %I add constraint %I primary key (id, %I)', name, 'pk_' || name, instant);
                        foreach old in array indexes loop execute old; end loop;
                        perform setval(pg_get_serial_sequence(name, 'id'), next, false);
                    end $$;
                    """);
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            Alter(migrationBuilder, """
                execute format('alter table %I rename to %I', name, name || '_months');
                for old in select indexname from pg_indexes where schemaname = current_schema() and tablename = name || '_months' loop
                    execute format('alter index %I rename to %I', old, left(old, 56) || '_months');
                end loop;
                execute format('create table %I (like %I including defaults including identity)', name, name || '_months');
                execute format('insert into %I overriding system value select * from %I', name, name || '_months');
                execute format('drop table %I', name || '_months');
                execute format('select coalesce(max(id), 0) + 1 from %I', name) into next;
                """);
            migrationBuilder.Sql("create index agent_calls_queue_talk on agent_calls using gist (queue, tstzrange(talk_from, talk_to)) where talk_from is not null;");
            migrationBuilder.DropTable(
                name: "agent_days");

            migrationBuilder.DropTable(
                name: "agent_days_reach");

            migrationBuilder.DropPrimaryKey(
                name: "pk_queue_activities",
                table: "queue_activities");

            migrationBuilder.DropIndex(
                name: "ix_queue_activities_transfers",
                table: "queue_activities");

            migrationBuilder.DropPrimaryKey(
                name: "pk_cdr",
                table: "cdr");

            migrationBuilder.DropPrimaryKey(
                name: "pk_agent_calls",
                table: "agent_calls");

            migrationBuilder.DropIndex(
                name: "ix_agent_calls_odd",
                table: "agent_calls");

            migrationBuilder.AddPrimaryKey(
                name: "pk_queue_activities",
                table: "queue_activities",
                column: "id");

            migrationBuilder.AddPrimaryKey(
                name: "pk_cdr",
                table: "cdr",
                column: "id");

            migrationBuilder.AddPrimaryKey(
                name: "pk_agent_calls",
                table: "agent_calls",
                column: "id");
        }
    }
}
