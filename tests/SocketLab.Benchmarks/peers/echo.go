// TCP echo, a goroutine a connection. Prints its port.
package main

import (
	"fmt"
	"net"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println("READY", listener.Addr())
	for {
		conn, err := listener.Accept()
		if err != nil {
			continue
		}
		go func() {
			defer conn.Close()
			buffer := make([]byte, 65536)
			for {
				got, err := conn.Read(buffer)
				if err != nil {
					return
				}
				if _, err = conn.Write(buffer[:got]); err != nil {
					return
				}
			}
		}()
	}
}
