# Runs the Ruby sample on the delivery of standard input: exit code 0 when it accepts it, 1 when it refuses it.
require "json"
require_relative ARGV[0]

delivery = JSON.parse($stdin.read)
begin
  verify(delivery["secret"], delivery["headers"], delivery["body"].unpack1("m"))
rescue ArgumentError => refused
  puts refused.message
  exit 1
end
