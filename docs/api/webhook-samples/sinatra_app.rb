# A receiver with Sinatra, verify.rb beside it: gem install sinatra rackup puma
# WEBHOOK_SECRET=whsec_… ruby sinatra_app.rb -p 3000
require "sinatra"
require_relative "verify"

post "/hooks" do
  # The signature is over the bytes as they came. (In Rails: request.raw_post and request.headers, and no verify_authenticity_token.)
  header = ->(name) { request.get_header("HTTP_#{name.upcase.tr("-", "_")}") }
  begin
    event = verify(ENV.fetch("WEBHOOK_SECRET"), header, request.body.read)
  rescue ArgumentError
    halt 400
  end

  # The same delivery may come again: keep its id together with what you do, and do nothing where it is known.
  puts [header["webhook-id"], event["event"], event["data"]["id"]].join(" ")
  204
end
