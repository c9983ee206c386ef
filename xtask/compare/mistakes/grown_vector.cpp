// An iterator into a vector that grows under it.
#include <iostream>
#include <vector>

int main() {
    std::vector<int> numbers = {1, 2, 3};
    for (auto it = numbers.begin(); it != numbers.end(); ++it) {
        if (*it == 2) {
            numbers.push_back(4);
        }
    }
    std::cout << numbers.size() << '\n';
}
