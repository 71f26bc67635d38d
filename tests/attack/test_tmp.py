def test_x(hall, sessions):
    from tests.attack.conftest import rolled_back, rows
    for who in ("owner","1001","2001","8001","9001","door","3001"):
        c=sessions(who)
        for sql in ("select count(*) from holder","select count(*) from card","select count(*) from contribution","select count(*) from application","select count(*) from audit","select count(*) from outbox","select count(*) from operator","select * from desk_operator()"):
            try: r=c.execute(sql).fetchone()
            except Exception as e: r=str(e).split("\n")[0]
            c.rollback()
            print(who,sql,r)
