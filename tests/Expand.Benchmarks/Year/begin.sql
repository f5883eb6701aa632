-- What the days are made with. Nothing is random: each value is a hash of its own key.
create schema seed;
create function seed.h(k bigint, salt int, n int) returns int language sql immutable parallel safe
    return ((hashint8extended(k, salt::bigint) & 2147483647) % n)::int;
create table seed.fnames as select o - 1 as i, n from unnest('{Juan,María,José,Ana,Luis,Laura,Carlos,Lucía,Jorge,Sofía,Pedro,Elisa,Diego,Paula,Martín,
    Valentina,Rodrigo,Camila,Andrés,Natalia,Pablo,Gabriela,Sergio,Verónica,Daniel,Claudia,Fernando,Patricia,Gonzalo,Florencia,Santiago,Karina,Horacio,
    Angela,Facundo,Nazaret,Federico,Inés,Esteban,Silvia}'::text[]) with ordinality x(n, o);
create table seed.lnames as select o - 1 as i, n from unnest('{Pérez,Rodríguez,González,Fernández,García,López,Martínez,Sánchez,Silva,Álvarez,Díaz,
    Suárez,Sosa,Cabrera,Castro,Acosta,Núñez,Ramos,Méndez,Pereira,Olivera,Machado,Techera,Vázquez,Ferreira,Bentos,Batista,Cardozo,Correa,Duarte,Viera,
    Fraga,Batto,Nasif,Mega,Gandini,Carrión,Maitzman,Anglés,Guerra,Bentancur,Umpiérrez,Etcheverry,Zabala,Ibarra,Quiroga,Yáñez,Wilson,Xavier,Keller}'::text[])
    with ordinality x(n, o);
create function seed.person(k bigint) returns text language sql stable
    return (select f.n || ' ' || l.n from seed.fnames f, seed.lnames l where f.i = seed.h(k, 1, 40) and l.i = seed.h(k, 2, 50));
create function seed.queue(q int) returns text language sql immutable parallel safe return 'q_' || lpad(q::text, 3, '0');
create table seed.agents as select 100 + a as number from generate_series(1, greatest(1, round(500 * current_setting('seed.scale')::numeric)::int)) a;
create table seed.shifts (agent int, t timestamptz, worked int);
create table seed.calls (k bigint, agent int, queue text, t timestamptz, kind int, extra int, wait int, ring int, talk int, fin int, uid text, num text);
create table seed.sessions (id bigint, queue text, agent int, began_at timestamptz, ended_at timestamptz);
create table seed.pauses (session_id bigint, queue text, agent int, cause text, began_at timestamptz, ended_at timestamptz);
