#pragma once
// Tells threads that wait on sockets that the store stops. Raised once, from any thread.

namespace server::store::postgres {

class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    void raise();
    bool raised() const;
    // Readable once raised.
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

}  // namespace server::store::postgres
