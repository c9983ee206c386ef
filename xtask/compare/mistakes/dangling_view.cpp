// A view of a string that is gone when it is looked at.
#include <iostream>
#include <string>
#include <string_view>

static std::string_view protocol(std::string_view url) {
    auto end = url.find("://");
    return end == url.npos ? std::string_view("http") : url.substr(0, end);
}

int main() {
    std::string_view view;
    {
        std::string url = "a-protocol-of-some-length://example.org";
        view = protocol(url);
    }
    std::cout << view << '\n';
}
