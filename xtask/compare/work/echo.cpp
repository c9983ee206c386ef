// echo: sends back what each connection sends, a thread for each, until it is ended.
#include <iostream>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

class Stream {
  public:
    explicit Stream(int descriptor) : descriptor(descriptor) {}
    Stream(Stream &&other) noexcept : descriptor(std::exchange(other.descriptor, -1)) {}
    ~Stream() {
        if (descriptor >= 0) {
            close(descriptor);
        }
    }

    void echo() {
        std::vector<char> buffer(64 << 10);
        for (ssize_t count; (count = read(descriptor, buffer.data(), buffer.size())) > 0;) {
            for (ssize_t done = 0; done < count;) {
                auto written = send(descriptor, buffer.data() + done, count - done, MSG_NOSIGNAL);
                if (written < 0) {
                    return;
                }
                done += written;
            }
        }
    }

  private:
    int descriptor;
};

int main() {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto *any = reinterpret_cast<sockaddr *>(&address);
    socklen_t len = sizeof address;
    if (bind(listener, any, len) || listen(listener, 128) || getsockname(listener, any, &len)) {
        return 2;
    }
    std::cout << "listening on 127.0.0.1:" << ntohs(address.sin_port) << std::endl;
    for (int descriptor; (descriptor = accept(listener, nullptr, nullptr)) >= 0;) {
        std::thread([stream = Stream(descriptor)]() mutable { stream.echo(); }).detach();
    }
    return 2;
}
