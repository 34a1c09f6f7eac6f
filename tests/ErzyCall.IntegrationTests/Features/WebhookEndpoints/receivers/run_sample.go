// Runs the Go sample, put beside it into one package, on the delivery of standard input: exit code 0 when it accepts it, 3 when it refuses it.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

func main() {
	var delivery struct {
		Secret  string
		Headers map[string]string
		Body    []byte
	}
	if err := json.NewDecoder(os.Stdin).Decode(&delivery); err != nil {
		panic(err)
	}

	headers := http.Header{}
	for name, value := range delivery.Headers {
		headers.Set(name, value)
	}

	if err := Verify(delivery.Secret, headers, delivery.Body); err != nil {
		fmt.Println(err)
		os.Exit(3)
	}
}
