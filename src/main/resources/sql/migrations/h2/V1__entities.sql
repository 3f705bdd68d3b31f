-- all entities of all collections, those that ended in the last day included
create table entity (
    collection varchar(100)             not null,
    domain     varchar(253)             not null,
    id         varchar(255)             not null,
    uniq       varchar(1000),
    body       varchar(1048576)         not null,
    ct         timestamp with time zone not null,
    lwt        timestamp with time zone not null,
    version    bigint                   not null,
    deleted    boolean                  not null,
    tx         bigint default 0         not null,
    primary key (collection, domain, id)
);
create unique index entity_unique on entity (collection, domain, uniq);

-- who changed what; never the values
create table audit (
    number     bigint generated always as identity primary key,
    at         timestamp with time zone not null,
    who        varchar(600)             not null,
    origin     varchar(100)             not null,
    request    varchar(100)             not null,
    action     varchar(20)              not null,
    collection varchar(100)             not null,
    domain     varchar(253)             not null,
    id         varchar(255)             not null,
    fields     varchar(10000)           not null
);
create index audit_domain on audit (domain, number);

-- files of entities in pieces of 1 MiB; the body of an entity names the upload that is its own
create table chunk (
    upload varchar(36)              not null,
    number int                      not null,
    at     timestamp with time zone not null,
    data   varbinary(1048576)       not null,
    primary key (upload, number)
);
