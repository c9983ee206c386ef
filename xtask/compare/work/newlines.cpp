// newlines FILE: how many newlines it holds.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <vector>

int main(int argc, char **argv) {
    if (argc != 2) {
        return 2;
    }
    std::ifstream file;
    file.rdbuf()->pubsetbuf(nullptr, 0); // read goes straight into our buffer
    file.open(argv[1], std::ios::binary);
    std::vector<char> buffer(1 << 20);
    std::size_t newlines = 0;
    while (file.read(buffer.data(), buffer.size()), file.gcount() > 0) {
        newlines += std::count(buffer.begin(), buffer.begin() + file.gcount(), '\n');
    }
    std::cout << newlines << '\n';
}
