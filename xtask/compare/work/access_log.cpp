// access_log FILE: how many lines tell of a server error, and the bytes sent with them.
#include <charconv>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

// Takes what lies before the next `stop` off `rest`.
static bool skip(std::string_view &rest, char stop) {
    auto at = rest.find(stop);
    if (at == rest.npos) {
        return false;
    }
    rest.remove_prefix(at + 1);
    return true;
}

// Takes the text between quotes that `rest` begins with off it.
static bool quoted(std::string_view &rest) {
    if (rest.empty() || rest.front() != '"') {
        return false;
    }
    for (std::size_t at = 1; at < rest.size(); at++) {
        if (rest[at] == '\\') {
            at++;
        } else if (rest[at] == '"') {
            rest.remove_prefix(at + 1);
            return true;
        }
    }
    return false;
}

// Takes a number and the space behind it off `rest`; `-` is 0.
static std::optional<std::uint64_t> number(std::string_view &rest) {
    std::uint64_t value = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), value);
    return skip(rest, ' ') ? std::optional(value) : std::nullopt;
}

struct Totals {
    std::uint64_t errors = 0;
    std::uint64_t bytes = 0;

    void line(std::string_view rest) {
        bool is_whole = skip(rest, ' ') && skip(rest, ' ') && skip(rest, ' ') && skip(rest, ']') &&
                        skip(rest, ' ') && quoted(rest) && skip(rest, ' ');
        auto status = is_whole ? number(rest) : std::nullopt;
        auto size = status ? number(rest) : std::nullopt;
        if (size && quoted(rest) && skip(rest, ' ') && quoted(rest) && *status >= 500) {
            errors += 1;
            bytes += *size;
        }
    }
};

int main(int argc, char **argv) {
    if (argc != 2) {
        return 2;
    }
    std::string buffer(1 << 20, '\0');
    std::ifstream file;
    file.rdbuf()->pubsetbuf(buffer.data(), buffer.size());
    file.open(argv[1], std::ios::binary);
    Totals totals;
    for (std::string line; std::getline(file, line);) { // one string, used again
        totals.line(line);
    }
    std::cout << totals.errors << ' ' << totals.bytes << '\n';
}
