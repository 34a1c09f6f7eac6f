-- A call makes no move but the lawful ones, which Call makes, whoever writes the row.
CREATE OR REPLACE FUNCTION calls_guard_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.status, NEW.status) NOT IN (
    ('new', 'scheduled'), ('new', 'processing'), ('new', 'cancelled'), ('new', 'error'),
    ('scheduled', 'new'), ('scheduled', 'processing'), ('scheduled', 'cancelled'), ('scheduled', 'error'),
    ('processing', 'ended'), ('processing', 'error'))
  THEN
    RAISE EXCEPTION 'call % cannot move from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
