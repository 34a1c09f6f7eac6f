# Verifies a delivery without a library: Ruby 3.0 and later.
require "json"
require "openssl"

TOLERANCE_SECONDS = 5 * 60

# headers[name] is the value of a header, its name in lower case, or nil: a hash has that, and a lambda.
def verify(secret, headers, body)
  timestamp = headers["webhook-timestamp"] || ""
  unless timestamp.match?(/\A\d{1,12}\z/) && (Time.now.to_i - timestamp.to_i).abs <= TOLERANCE_SECONDS
    raise ArgumentError, "webhook-timestamp is not of now"
  end

  key = secret.delete_prefix("whsec_").unpack1("m")
  raise ArgumentError, "the secret is not set" if key.bytesize < 24

  signed = "#{headers["webhook-id"]}.#{timestamp}.".b + body.b
  expected = "v1," + [OpenSSL::HMAC.digest("SHA256", key, signed)].pack("m0")
  given = (headers["webhook-signature"] || "").split(" ")
  unless given.any? { |signature| OpenSSL.secure_compare(signature, expected) }
    raise ArgumentError, "webhook-signature is not ours"
  end

  JSON.parse(body)
end
