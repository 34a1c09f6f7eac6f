// A receiver with net/http, verify.go beside it: http.Handle("/hooks", webhook.Handler(secret, take))
package webhook

import (
	"io"
	"net/http"
)

const largest = 1 << 20

// Handler gives take the id and the body of every delivery that is ours. The same one may come again: keep its id together with what you do, and do
// nothing where it is known. When take fails, the delivery is sent again later.
func Handler(secret string, take func(id string, body []byte) error) http.Handler {
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(response, request.Body, largest))
		if err != nil || Verify(secret, request.Header, body) != nil {
			response.WriteHeader(http.StatusBadRequest)
			return
		}

		if take(request.Header.Get("webhook-id"), body) != nil {
			response.WriteHeader(http.StatusInternalServerError)
			return
		}

		response.WriteHeader(http.StatusNoContent)
	})
}
