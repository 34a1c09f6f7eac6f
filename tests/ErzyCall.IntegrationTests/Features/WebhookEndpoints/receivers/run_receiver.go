// Serves with the Go receiver, put beside it into one package.
package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.Handle("/hooks", Handler(os.Getenv("WEBHOOK_SECRET"), func(id string, body []byte) error {
		fmt.Println(id)
		return nil
	}))
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
